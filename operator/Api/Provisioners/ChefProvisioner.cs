using System.Text.Json;
using System.Text.Json.Serialization;
using ImageOperator.Api.Schema;
using ImageOperator.Api.Validation;

namespace ImageOperator.Api.Provisioners;

/// <summary>Converges the machine with Chef: with cookbooks of the workspace (zero, solo), or against a server.</summary>
[Choice(Allowed.AtMostOne, "server", "repository")]
[Choice(Allowed.AtLeastOne, "server", "repository")]
public sealed record ChefProvisioner : IChecked
{
    /// <summary>
    /// Without a server: a folder of the workspace with cookbooks/, and where they are used roles/, environments/, data_bags/, nodes/, or what
    /// <c>chef export</c> made of a Policyfile.
    /// </summary>
    [Bounds(Min = 1, Max = 1024)]
    [Pattern("^[^/].*$")]
    public string? Repository { get; init; }

    /// <summary>Without a server: chef-client's local mode (Zero), or chef-solo.</summary>
    public ChefLocalMode LocalMode { get; init; } = ChefLocalMode.Zero;

    /// <summary>A server to converge against.</summary>
    public ChefServer? Server { get; init; }

    /// <summary>What to run: <c>recipe[nginx]</c>, <c>role[web]</c>.</summary>
    [Bounds(Max = 128, MaxItemLength = 256)]
    public IReadOnlyList<string> RunList { get; init; } = [];

    /// <summary>The policy of a Policyfile, instead of a run list.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern("^[A-Za-z0-9_.:-]+$")]
    public string? PolicyName { get; init; }

    /// <summary>The policy's group.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern("^[A-Za-z0-9_.:-]+$")]
    public string PolicyGroup { get; init; } = "local";

    /// <summary>Attributes of the node. Written to a file that root alone can read.</summary>
    [TakesSecrets]
    [FreeForm]
    [Bounds(Max = 256)]
    public IReadOnlyDictionary<string, JsonElement> Attributes { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The environment.</summary>
    [Bounds(Min = 1, Max = 128)]
    [Pattern("^[A-Za-z0-9_-]+$")]
    public string? Environment { get; init; }

    /// <summary>The secret of encrypted data bags.</summary>
    [TakesSecrets]
    [Bounds(Min = 1, Max = 65536)]
    public string? DataBagSecret { get; init; }

    /// <summary>You accept Chef's licence. Cinc needs no acceptance.</summary>
    public bool AcceptLicense { get; init; }

    /// <summary>More arguments of chef-client.</summary>
    [Bounds(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Install Chef if it is not there. There is no default: name packages (chef, cinc) or a script.</summary>
    public ToolInstaller? Installer { get; init; }

    void IChecked.Check(ErrorList errors, string path)
    {
        PathRules.Inside(errors, Repository, $"{path}.repository", "the workspace");
        Installer?.Check(errors, $"{path}.installer");
        errors.Require(Installer is null || Installer.Packages is not null || Installer.Script is not null, $"{path}.installer", "distributions have no package of Chef: set packages or script");
        errors.Require(RunList.Count == 0 || PolicyName is null, $"{path}.runList", "a policy has a run list of its own: remove runList or policyName");
        errors.Require(LocalMode == ChefLocalMode.Zero || (Server is null && PolicyName is null), $"{path}.localMode", "Solo knows neither servers nor policies: set Zero");
        for (var i = 0; i < RunList.Count; i++)
        {
            errors.Require(RunList[i].Length > 0 && !RunList[i].Contains(',', StringComparison.Ordinal) && RunList[i][0] != '-', $"{path}.runList[{i}]", "write one item each: recipe[nginx], role[web]");
        }
    }
}

/// <summary>How Chef runs without a server.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChefLocalMode>))]
public enum ChefLocalMode
{
    /// <summary>chef-client --local-mode.</summary>
    Zero,

    /// <summary>chef-solo.</summary>
    Solo,
}

/// <summary>A Chef server.</summary>
[Choice(Allowed.ExactlyOne, "clientKey", "validationKey")]
public sealed record ChefServer
{
    /// <summary>Its URL, with the organization.</summary>
    [Bounds(Min = 1, Max = 2048)]
    [Pattern("^https?://.*$|^\\$\\(.*$")]
    public required string Url { get; init; }

    /// <summary>The node's name.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^[A-Za-z0-9$][A-Za-z0-9.$()_:-]*$")]
    public required string NodeName { get; init; }

    /// <summary>The key of a client that is there already, PEM.</summary>
    [TakesSecrets]
    [Bounds(Min = 1, Max = 65536)]
    public string? ClientKey { get; init; }

    /// <summary>The key that makes a new client, PEM.</summary>
    [TakesSecrets]
    [Bounds(Min = 1, Max = 65536)]
    public string? ValidationKey { get; init; }

    /// <summary>The name of the client of the validation key.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern("^[A-Za-z0-9_.-]+$")]
    public string ValidationClientName { get; init; } = "chef-validator";

    /// <summary>Leave the configuration and the client's key on the machine. They would be in each machine of the image.</summary>
    public bool KeepClient { get; init; }
}
