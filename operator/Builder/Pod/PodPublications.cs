using System.Globalization;
using ImageOperator.Api.Targets;
using ImageOperator.Publishing;
using ImageOperator.Workspaces;

namespace ImageOperator.Builder.Pod;

/// <summary>Publishing from a pod: credentials and claims are mounted, a folder for each entry.</summary>
internal static class PodPublications
{
    public static PublicationFactory Create(PodOptions options) => new(
        (index, _) => PodWorkspace.Read(Folder(options.PublishCredentials, index)), (index, claim) => Path.Combine(Folder(options.Publish, index), claim.Path));

    /// <summary>The secret values in the credentials.</summary>
    public static IEnumerable<string> Secrets(PodOptions options, Target target) => target.Publish
        .SelectMany((_, index) => PodWorkspace.Read(Folder(options.PublishCredentials, index)) ?? []).SelectMany(s => CredentialSecrets.Of(s.Key, s.Value));

    private static string Folder(string root, int index) => Path.Combine(root, index.ToString(CultureInfo.InvariantCulture));
}
