using ImageOperator.Api.ImageTemplates;

namespace ImageOperator.Api.Validation;

internal static class WorkspaceRules
{
    public static void Check(ErrorList errors, IReadOnlyList<WorkspaceSource> sources, string path)
    {
        errors.Unique(sources.Select(s => s.Path), path, "path");
        for (var i = 0; i < sources.Count; i++)
        {
            var source = sources[i];
            errors.Require(source.ConfigMap is not null, $"{path}[{i}].configMap", "a workspace entry needs a source: set configMap");
            // A volume cannot be mounted inside another that is read-only.
            var outer = sources.FirstOrDefault(o => source.Path.StartsWith(o.Path + "/", StringComparison.Ordinal));
            errors.Require(outer is null, $"{path}[{i}].path", $"lies in \"{outer?.Path}\", which is another entry's: choose a path beside it");
            if (source.ConfigMap is not { Items: var items }) continue;
            errors.Unique(items.Select(item => item.Key), $"{path}[{i}].configMap.items", "key");
            errors.Unique(items.Select(item => item.Path), $"{path}[{i}].configMap.items", "path");
        }
    }
}
