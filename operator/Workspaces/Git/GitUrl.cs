using System.Text.RegularExpressions;

namespace ImageOperator.Workspaces.Git;

/// <summary>A repository's address: <c>https://…</c>, <c>ssh://…</c> or <c>user@host:path</c>, and nothing else that git knows.</summary>
/// <param name="Text">As it is given to git.</param>
/// <param name="Origin">Scheme, user and host: credentials are for that alone.</param>
internal sealed partial record GitUrl(string Text, string Origin)
{
    public bool IsSsh => Origin.StartsWith("ssh://", StringComparison.Ordinal);

    /// <returns>Null if it is none.</returns>
    public static GitUrl? Parse(string text)
    {
        if (text.Any(c => char.IsControl(c) || c is ' ' or '\'' or '"')) return null;
        if (Scp().Match(text) is { Success: true } scp) return new(text, $"ssh://{scp.Groups[1].Value}");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Host.StartsWith('-') || uri.UserInfo.StartsWith('-')) return null;
        return uri.Scheme switch
        {
            "https" or "http" when uri.UserInfo.Length == 0 => new(text, uri.GetLeftPart(UriPartial.Authority)),
            "ssh" when !uri.UserInfo.Contains(':', StringComparison.Ordinal) => new(text, $"ssh://{(uri.UserInfo.Length > 0 ? uri.UserInfo + "@" : "")}{uri.Authority[(uri.Authority.IndexOf('@', StringComparison.Ordinal) + 1)..]}"),
            _ => null,
        };
    }

    /// <summary>The address that a submodule names, relative to this one if it begins with a dot.</summary>
    public GitUrl? Relative(string submodule)
    {
        if (!submodule.StartsWith("./", StringComparison.Ordinal) && !submodule.StartsWith("../", StringComparison.Ordinal)) return Parse(submodule);
        var at = Text.TrimEnd('/');
        foreach (var part in submodule.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".") continue;
            if (part != "..")
            {
                at += (at.EndsWith(':') ? "" : "/") + part;
                continue;
            }

            var cut = at.LastIndexOfAny(['/', ':']);
            if (cut < 0) return null;
            at = at[cut] == ':' ? at[..(cut + 1)] : at[..cut];
            if (at.EndsWith('/')) return null;
        }

        return Parse(at);
    }

    [GeneratedRegex("^([A-Za-z0-9_][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*):[^:/-]?[^:]*$")]
    private static partial Regex Scp();
}
