using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Substitution;
using ImageOperator.Engine.Builds;
using ImageOperator.Workspaces;

namespace ImageOperator.Builder.Pod;

/// <summary>The workspace of a pod: what is mounted of it, and how the rest is fetched.</summary>
internal static class PodWorkspace
{
    /// <summary>Larger files are data: no log line repeats one.</summary>
    private const int LargestSecret = 64 * 1024;

    /// <summary>What is expanded in entries. All targets have to see the same files: nothing of a target is known here.</summary>
    public static WorkspaceRequest Request(PodOptions options, BuildPlan plan) => new()
    {
        Entries = plan.Template.Workspace,
        Values = Values(plan),
        Folder = options.Workspace,
        Cache = options.Cache,
        Scratch = options.Scratch,
        Namespace = options.Namespace,
        Credentials = entry => Read(CredentialsFolder(options, plan.Template, entry)),
    };

    /// <summary>The secret values in workspace files and in the credentials.</summary>
    public static IEnumerable<string> Secrets(PodOptions options, ImageTemplateSpec template)
    {
        foreach (var entry in template.Workspace)
        {
            var folder = entry.Secret is not null ? Path.Combine(options.Workspace, entry.Path) : CredentialsFolder(options, template, entry);
            foreach (var (key, value) in Read(folder) ?? new Dictionary<string, string>())
            {
                if (value.Length > LargestSecret) continue;
                foreach (var secret in CredentialSecrets.Of(key, value)) yield return secret;
            }
        }
    }

    private static ExpressionValues Values(BuildPlan plan) => ExpressionValues.Of(plan.Template.Parameters, plan.Parameters)
        .With(KnownNames.BuildId, plan.Identity.Uid).With(KnownNames.BuildName, plan.Identity.Name);

    private static string CredentialsFolder(PodOptions options, ImageTemplateSpec template, WorkspaceSource entry) =>
        Path.Combine(options.WorkspaceCredentials, template.Workspace.Select((e, i) => (e.Path, i)).First(e => e.Path == entry.Path).i.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static Dictionary<string, string>? Read(string folder) => !Directory.Exists(folder) ? null : Files(folder, "")
        .Where(f => new FileInfo(f.Path).Length <= LargestSecret * 4L)
        .ToDictionary(f => f.Name, f => File.ReadAllText(f.Path), StringComparer.Ordinal);

    // A volume of a Secret has its data behind the link ..data, and keys as links to there.
    private static IEnumerable<(string Name, string Path)> Files(string folder, string prefix) => new DirectoryInfo(folder).EnumerateFileSystemInfos()
        .Where(f => !f.Name.StartsWith("..", StringComparison.Ordinal))
        .SelectMany(f => Directory.Exists(f.FullName) ? Files(f.FullName, $"{prefix}{f.Name}/") : [($"{prefix}{f.Name}", f.FullName)]);
}
