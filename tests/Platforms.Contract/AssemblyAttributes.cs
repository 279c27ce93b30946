[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly)]
