namespace ImageOperator.Api.Validation;

/// <summary>Rules of paths that hold whatever an expression in them becomes, and again when it has become it.</summary>
internal static class PathRules
{
    /// <summary>A path in the workspace (or in the output folder) must stay in it.</summary>
    public static void Inside(ErrorList errors, string? value, string path, string folder)
    {
        if (value is null) return;
        errors.Require(!value.StartsWith('/'), path, $"\"{SchemaText.Short(value)}\" is absolute: write a path relative to {folder}");
        errors.Require(!value.Split('/').Contains(".."), path, $"\"{SchemaText.Short(value)}\" leads out of {folder}: remove \"..\"");
        NoControls(errors, value, path);
    }

    /// <summary>A path on the machine must be absolute.</summary>
    public static void OnMachine(ErrorList errors, string? value, string path)
    {
        if (value is null) return;
        var open = value.StartsWith("$(", StringComparison.Ordinal);
        errors.Require(open || value.StartsWith('/'), path, $"\"{SchemaText.Short(value)}\" is not absolute: begin the path on the machine with /");
        NoControls(errors, value, path);
    }

    private static void NoControls(ErrorList errors, string value, string path) =>
        errors.Require(!value.Any(char.IsControl), path, "has a control character (a line feed?) in it: remove it");
}
