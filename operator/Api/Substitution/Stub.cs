namespace ImageOperator.Api.Substitution;
public sealed record ExpansionResult<T>(T Value, IReadOnlyList<(string Path, string Message)> Errors);
public static class SpecExpander { public static ExpansionResult<T> Expand<T>(T v, IReadOnlyDictionary<string,string> values, string path) => new(values.Count + path.Length < 0 ? default! : v, []); }
