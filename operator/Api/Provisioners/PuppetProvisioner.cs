using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Converges the machine with Puppet: with a manifest of the workspace, or against a server.</summary>
[Choice(Allowed.ExactlyOne, "manifest", "server")]
[Choice(Allowed.AtMostOne, "hieraConfig", "server")]
public sealed record PuppetProvisioner : IChecked
{
    /// <summary>Masterless: a manifest, or a folder of them, in the workspace.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? Manifest { get; init; }

    /// <summary>Masterless: folders of modules in the workspace.</summary>
    [Bounds(Max = 32, MaxItemLength = 1024)]
    public IReadOnlyList<string> ModulePath { get; init; } = [];

    /// <summary>Masterless: a hiera.yaml of the workspace; the folder that it is in is copied with it.</summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? HieraConfig { get; init; }

    /// <summary>Against a server: an agent's run.</summary>
    public PuppetServer? Server { get; init; }

    /// <summary>Facts, beside the machine's own.</summary>
    [TakesSecrets]
    [Bounds(Max = 128, MaxItemLength = 4096)]
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    /// <summary>The environment.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern("^[a-z0-9_]+$")]
    public string? Environment { get; init; }

    /// <summary>Only tell what would be changed (<c>--noop</c>).</summary>
    public bool Noop { get; init; }

    /// <summary>More arguments of puppet.</summary>
    [Bounds(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Install Puppet if it is not there; by default the package puppet-agent.</summary>
    public ToolInstaller? Installer { get; init; }

    void IChecked.Check(ErrorList errors, string path)
    {
        PathRules.Inside(errors, Manifest, $"{path}.manifest", "the workspace");
        PathRules.Inside(errors, HieraConfig, $"{path}.hieraConfig", "the workspace");
        for (var i = 0; i < ModulePath.Count; i++) PathRules.Inside(errors, ModulePath[i], $"{path}.modulePath[{i}]", "the workspace");
        foreach (var name in Facts.Keys)
            errors.Require(name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'), $"{path}.facts.{name}", $"\"{SchemaText.Short(name)}\" is no fact's name: use letters, digits and _");
        Installer?.Check(errors, $"{path}.installer");
    }
}

/// <summary>A Puppet server.</summary>
[Choice(Allowed.FirstNeedsAnother, "clientKey", "clientCertificate")]
[Choice(Allowed.FirstNeedsAnother, "clientCertificate", "clientKey")]
public sealed record PuppetServer
{
    /// <summary>Its name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^[A-Za-z0-9$][A-Za-z0-9.$()_-]*$")]
    public required string Address { get; init; }

    /// <summary>The agent's name in its certificate. Unset: the machine's own name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^[a-z0-9$][a-zA-Z0-9.$()_-]*$")]
    public string? CertName { get; init; }

    /// <summary>How long to wait until the server signs the certificate; 0s: not at all.</summary>
    public Duration WaitForCert { get; init; } = Duration.FromSeconds(0);

    /// <summary>The agent's certificate, PEM. Unset: the agent asks the server for one.</summary>
    [Bounds(Min = 1, Max = 65536)]
    public string? ClientCertificate { get; init; }

    /// <summary>The key of the certificate, PEM.</summary>
    [TakesSecrets]
    [Bounds(Min = 1, Max = 65536)]
    public string? ClientKey { get; init; }

    /// <summary>The server's authority, PEM.</summary>
    [Bounds(Min = 1, Max = 65536)]
    public string? CaCertificate { get; init; }

    /// <summary>Leave the agent's certificate and key on the machine. They would be in each machine of the image.</summary>
    public bool KeepCertificate { get; init; }
}
