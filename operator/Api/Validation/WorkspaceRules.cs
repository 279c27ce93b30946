using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Validation;

internal static class WorkspaceRules
{
    private const string Clear = "would be sent in clear text";

    public static void Check(ErrorList errors, IReadOnlyList<WorkspaceSource> sources, string path)
    {
        errors.Unique(sources.Select(s => s.Path), path, "path");
        for (var i = 0; i < sources.Count; i++)
        {
            var source = sources[i];
            // A volume cannot be mounted inside another that is read-only.
            var outer = sources.FirstOrDefault(o => source.Path.StartsWith(o.Path + "/", StringComparison.Ordinal));
            errors.Require(outer is null, $"{path}[{i}].path", $"lies in \"{outer?.Path}\", which is another entry's: choose a path beside it");
            Check(errors, source, $"{path}[{i}]");
        }
    }

    /// <summary>The rules of one entry, before and after its expansion.</summary>
    public static void Check(ErrorList errors, WorkspaceSource source, string path)
    {
        var kinds = new object?[] { source.ConfigMap, source.Secret, source.Git, source.Oci, source.Http, source.Flux, source.PersistentVolumeClaim };
        errors.Require(kinds.Count(k => k is not null) == 1, path, WorkspaceSource.OneSource);
        if (source.ConfigMap is { } map) CheckItems(errors, map.Items, $"{path}.configMap.items");
        if (source.Secret is { } secret) CheckItems(errors, secret.Items, $"{path}.secret.items");
        if (source.Git is { } git) Check(errors, git, $"{path}.git");
        if (source.Oci is { } oci) errors.Require(!oci.Insecure || oci.SecretRef is null, $"{path}.oci.secretRef", $"the credentials {Clear}: remove insecure, or secretRef");
        if (source.Http is { } http) Check(errors, http, $"{path}.http");
        if (source.PersistentVolumeClaim is { SubPath: { } folder })
        {
            errors.Require(!folder.Contains("$(", StringComparison.Ordinal), $"{path}.persistentVolumeClaim.subPath", "is mounted before anything is expanded: write it without $(");
        }
    }

    private static void CheckItems(ErrorList errors, IReadOnlyList<KeyToPath> items, string path)
    {
        errors.Unique(items.Select(item => item.Key), path, "key");
        errors.Unique(items.Select(item => item.Path), path, "path");
    }

    private static void Check(ErrorList errors, GitSource git, string path)
    {
        if (git.Ref is { } reference)
        {
            var given = new[] { reference.Branch, reference.Tag, reference.Commit }.Count(r => r is not null);
            errors.Require(given == 1, $"{path}.ref", GitReference.OneOf);
        }

        if (git.Url.StartsWith("$(", StringComparison.Ordinal)) return;
        if (IsClear(git.Url)) errors.Require(git.SecretRef is null, $"{path}.secretRef", $"the credentials {Clear}: write the url with https, or remove secretRef");
        else if (git.Url.StartsWith("ssh://", StringComparison.Ordinal) || !git.Url.Contains("://", StringComparison.Ordinal))
        {
            errors.Require(git.SecretRef is not null, $"{path}.secretRef", "is missing: SSH needs a Secret with identity (the private key) and known_hosts (the server's keys, which are never trusted at first sight)");
        }

        var password = git.Url.StartsWith("ssh://", StringComparison.Ordinal) && Uri.TryCreate(git.Url, UriKind.Absolute, out var uri) && uri.UserInfo.Contains(':', StringComparison.Ordinal);
        errors.Require(!password, $"{path}.url", "has a password in it, which status and logs would show: remove it");
    }

    private static void Check(ErrorList errors, HttpSource http, string path)
    {
        errors.Require(!http.Unpack || http.FileName is null, $"{path}.fileName", HttpSource.NoName);
        errors.Require(http.Unpack || http.SubPath is null, $"{path}.subPath", HttpSource.NoSubPath);
        errors.Require(http.SecretRef is null || !IsClear(http.Url), $"{path}.secretRef", $"the credentials {Clear}: write the url with https, or remove secretRef");
        if (http.Url.Contains("$(", StringComparison.Ordinal)) return;
        if (!Uri.TryCreate(http.Url, UriKind.Absolute, out var uri) || uri.Host.Length == 0)
        {
            errors.Add($"{path}.url", $"\"{SchemaText.Short(http.Url)}\" is not a URL: write for example https://files.example.com/site.tar.gz");
            return;
        }

        errors.Require(uri.UserInfo.Length == 0, $"{path}.url", "has a user or password in it, which status and logs would show: put them into a Secret, and name it in secretRef");
        errors.Require(
            http.Unpack || http.FileName is not null || uri.AbsolutePath.TrimEnd('/').Length > 0, $"{path}.fileName", "the url has no last part to call the file by: set fileName, or unpack");
    }

    private static bool IsClear(string url) => url.StartsWith("http://", StringComparison.Ordinal);
}
