using ImageOperator.Api.Common;

namespace ImageOperator.Api.Validation;

internal static class NameRules
{
    private const int Longest = 63;

    /// <summary>The rules of <c>metadata.name</c>; the object may have none yet.</summary>
    public static IEnumerable<ValidationError> Check(string? name)
    {
        if (string.IsNullOrEmpty(name)) yield break;
        if (name.Length > Longest) yield return new("metadata.name", $"metadata.name must be no longer than {Longest} characters: shorten it");
        if (!SchemaText.Matches(Names.SubdomainPattern, name))
        {
            yield return new("metadata.name", $"\"{SchemaText.Short(name)}\" is not a name: use lower case letters, digits, - and ., beginning and ending with a letter or digit");
        }
    }
}
