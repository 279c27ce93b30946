namespace ImageOperator.Api.Validation;

/// <summary>Collects all that is wrong, each thing once.</summary>
internal sealed class ErrorList
{
    private readonly List<ValidationError> errors = [];
    private readonly HashSet<ValidationError> seen = [];

    public IReadOnlyList<ValidationError> Errors => errors;

    public void Add(string path, string message)
    {
        var error = new ValidationError(path, message);
        if (seen.Add(error)) errors.Add(error);
    }

    public void AddRange(IEnumerable<ValidationError> more)
    {
        foreach (var error in more) Add(error.Path, error.Message);
    }

    /// <summary>Adds the message if something that must be so is not.</summary>
    public void Require(bool condition, string path, string message)
    {
        if (!condition) Add(path, message);
    }

    /// <summary>Complains about each name that stands more than once.</summary>
    public void Unique(IEnumerable<string?> names, string path, string key)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var name in names)
        {
            if (name is not null && !known.Add(name)) Add($"{path}[{index}]", Duplicate(key, name));
            index++;
        }
    }

    public static string Duplicate(string key, string value) => $"duplicate {key} \"{value}\": each must be unique, rename or remove one";
}
