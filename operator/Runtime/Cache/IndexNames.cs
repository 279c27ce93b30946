namespace ImageOperator.Runtime.Cache;

/// <summary>Indexes that every informer has.</summary>
public static class IndexNames
{
    /// <summary>By the UID of each owner.</summary>
    public const string OwnerUid = "ownerUid";
}
