using System.Globalization;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Engine.Events;
using ImageOperator.Engine.Ports;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing;

/// <summary>What a destination works with.</summary>
internal sealed class Place(
    PublicationContext context, PublishEntry entry, int index, Func<IReadOnlyDictionary<string, string>?> credentials, Func<HttpMessageHandler, HttpMessageHandler> around)
{
    /// <summary>The key of the certificates to trust in a Secret.</summary>
    public const string Authority = "ca.crt";

    public PublicationContext Context => context;

    public PublishEntry Entry => entry;

    public int Index => index;

    public ILedger Ledger => context.Ledger;

    /// <summary>The entry's field, for failures.</summary>
    public string Field { get; } = string.Create(CultureInfo.InvariantCulture, $"targets[{context.Identity.Target}].publish[{index}]");

    /// <summary>Says of what is published that it is this build's.</summary>
    public string Mark => context.Identity.Key;

    public Func<HttpMessageHandler, HttpMessageHandler> Around => around;

    public Retries Retries => new(context.Time, Say);

    /// <summary>The ledger key of something of this entry.</summary>
    public string Key(string what) => string.Create(CultureInfo.InvariantCulture, $"{PublishedResource.Prefix}{index}/{what}");

    /// <summary>Which entry a ledger key is of; null if it is none of a publication.</summary>
    public static int? IndexOf(string key) =>
        key.Split('/') is [_, var number, ..] && int.TryParse(number, CultureInfo.InvariantCulture, out var index) ? index : null;

    /// <summary>The keys of the entry's Secret; empty if it names none.</summary>
    public IReadOnlyDictionary<string, string> Secret() => entry.CredentialsRef() is { } reference
        ? credentials() ?? throw PublishFailure.Refused(Field, $"there is no Secret {reference.Name}", "create it in the build's namespace, or correct the name in secretRef")
        : new Dictionary<string, string>();

    /// <summary>A value of the Secret, without its line's end; null if there is none.</summary>
    public string? Secret(string key) => Secret().GetValueOrDefault(key)?.Trim() is { Length: > 0 } value ? value : null;

    public Artifact Describe(PublishFile file, string kind, string id, string? location = null) => new()
    {
        Target = context.Identity.Target,
        Type = file.Type,
        Id = id,
        Published = kind,
        Location = location,
        SizeBytes = file.Payload.Length,
        VirtualSizeBytes = file.VirtualSizeBytes,
        Checksum = $"sha256:{file.Sha256}",
    };

    public void Say(string text) => context.Observer.Observe(new BuildEvent.Message(MessageLevel.Info, $"{Field}: {text}"));

    public void Report(string text, double fraction) => context.Observer.Observe(new BuildEvent.Progress(text, fraction));
}
