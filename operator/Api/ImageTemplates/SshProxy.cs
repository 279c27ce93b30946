using System.Text.Json.Serialization;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.ImageTemplates;

/// <summary>A proxy on the way to the machine, or to the first bastion.</summary>
[CelRule("!has(self.password) || has(self.username)", SshRuleTexts.ProxyUser, FieldPath = ".username")]
public sealed record SshProxy
{
    /// <summary>What it speaks.</summary>
    public required SshProxyType Type { get; init; }

    /// <summary>Its name or address.</summary>
    [Bounds(Min = 1, Max = 253)]
    [Pattern(SshRuleTexts.HostPattern)]
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    [Bounds(Min = 1, Max = 65535)]
    public required int Port { get; init; }

    /// <summary>The user name it knows the builder by.</summary>
    [Bounds(Min = 1, Max = 255)]
    public string? Username { get; init; }

    /// <summary>The password to the user name. To the proxy it travels unencrypted, as these protocols have it.</summary>
    public SecretValue? Password { get; init; }
}

/// <summary>What a proxy speaks.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SshProxyType>))]
public enum SshProxyType
{
    /// <summary>SOCKS version 5 (RFC 1928). Names are resolved by the proxy.</summary>
    SOCKS5,

    /// <summary>HTTP with the method CONNECT.</summary>
    HTTP,
}
