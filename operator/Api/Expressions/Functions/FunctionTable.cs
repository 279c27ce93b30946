namespace ImageOperator.Api.Expressions.Functions;

/// <summary>All functions by name.</summary>
internal static class FunctionTable
{
    private static readonly Dictionary<string, Function> Functions = new IReadOnlyList<Function>[]
    {
        TextFunctions.All, PatternFunctions.All, FormatFunctions.All, ListFunctions.All, MapFunctions.All, SetFunctions.All, NumberFunctions.All, ConversionFunctions.All,
        EncodingFunctions.All, HashFunctions.All, DateFunctions.All, PathFunctions.All, VersionFunctions.All, NetworkFunctions.All,
    }.SelectMany(f => f).ToDictionary(f => f.Name, StringComparer.Ordinal);

    /// <summary>The names, with that of the one function that does not work all its arguments out.</summary>
    public static IReadOnlyCollection<string> Names { get; } = [.. Functions.Keys, "try"];

    public static Function? Find(string name) => Functions.GetValueOrDefault(name);
}
