using ImageOperator.Api.Common;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Cli.Hosting;
using ImageOperator.Cli.Manifests;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Cli.Build.Inputs;

/// <summary>The Secrets of the connection: from the command line's files, else from the manifests.</summary>
internal sealed class ConnectionSecrets : ISecretSource
{
    private readonly Dictionary<SecretKeyReference, string> _values = [];

    /// <summary>What must not be shown.</summary>
    public IEnumerable<string> Values => _values.Values;

    /// <summary>Whether a name of <c>--secret</c> is that of a Secret's key: a parameter's name has no slash.</summary>
    public static bool Names(string name) => name.Contains('/', StringComparison.Ordinal);

    /// <exception cref="UsageException">A value is missing, or nothing uses it; all are told.</exception>
    public static ConnectionSecrets Resolve(Communicator communicator, BuildOptions options, CliContext context, IReadOnlyList<ManifestDocument> documents)
    {
        var given = options.Secrets.Select(p => NamedValue.Parse(p, "--secret")).Where(s => Names(s.Name)).ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        var result = new ConnectionSecrets();
        var problems = new List<string>();
        var uses = CommunicatorSecrets.Of(communicator).ToList();
        foreach (var (field, reference) in uses)
        {
            var name = $"{reference.Name}/{reference.Key}";
            var value = given.TryGetValue(name, out var source) ? ParameterInputs.ReadSecret(name, source, context) : ParameterInputs.FromFiles(reference, documents);
            if (value is null) problems.Add($"communicator.{field} comes from the Secret \"{reference.Name}\": give it with --secret {name}=FILE, or its Secret with -f");
            else result._values[reference] = value;
        }

        problems.AddRange(given.Keys.Where(name => uses.All(u => $"{u.Reference.Name}/{u.Reference.Key}" != name)).Select(name => $"--secret {name}: the communicator names no such key of a Secret"));
        return problems.Count == 0 ? result : throw new UsageException(string.Join("\nimagectl: ", problems));
    }

    public string? Find(SecretKeyReference reference) => _values.GetValueOrDefault(reference);
}
