using ImageOperator.Api.Expressions.Values;
using static ImageOperator.Api.Expressions.Values.ExpressionValue;
using static ImageOperator.Api.Expressions.Values.Kinds;

namespace ImageOperator.Api.Expressions.Functions;

/// <summary>Paths with slashes, as on the machine; no file is looked at.</summary>
internal static class PathFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("basename(path)", [Scalar], Kinds.String, a => Of(Base(a.Text(0)))),
        new("dirname(path)", [Scalar], Kinds.String, a => Of(Folder(a.Text(0)))),
    ];

    private static string Base(string path)
    {
        var trimmed = path.TrimEnd('/');
        if (trimmed.Length == 0) return path.Length > 0 ? "/" : ".";
        return trimmed[(trimmed.LastIndexOf('/') + 1)..];
    }

    private static string Folder(string path)
    {
        var trimmed = path.TrimEnd('/');
        if (trimmed.Length == 0) return path.Length > 0 ? "/" : ".";
        return trimmed.LastIndexOf('/') switch
        {
            < 0 => ".",
            var at => trimmed[..at].TrimEnd('/') is { Length: > 0 } folder ? folder : "/",
        };
    }
}
