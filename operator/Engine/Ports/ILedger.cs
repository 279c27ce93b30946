using ImageOperator.Api.ImageBuilds;

namespace ImageOperator.Engine.Ports;

/// <summary>
/// What the build made outside Kubernetes. Each method is durable when it returns, and throws
/// <see cref="Failures.FencedException"/> if a newer attempt has taken over: then nothing more may be made or removed.
/// </summary>
public interface ILedger
{
    /// <summary>All entries, oldest first, those of earlier attempts included.</summary>
    IReadOnlyList<LedgerEntry> Entries { get; }

    /// <summary>The entry of that key.</summary>
    LedgerEntry? Find(string key);

    /// <summary>Writes that a resource is about to be made. An entry of the same key is replaced.</summary>
    Task<LedgerEntry> IntendAsync(ResourceIntent intent, CancellationToken cancellationToken);

    /// <summary>Writes that the resource exists, with what was learned by making it. Given properties are added to those of the intent.</summary>
    Task<LedgerEntry> ConfirmAsync(string key, string id, IReadOnlyDictionary<string, string>? properties, CancellationToken cancellationToken);

    /// <summary>Writes that the resource is a result: clean-up no longer touches it.</summary>
    Task<LedgerEntry> KeepAsync(string key, string id, CancellationToken cancellationToken);

    /// <summary>Removes the entry of a resource that is gone.</summary>
    Task ForgetAsync(string key, CancellationToken cancellationToken);
}

/// <summary>A resource about to be made.</summary>
/// <param name="Key">Names the entry within its target, the same in each attempt: <c>build/disk</c>.</param>
/// <param name="Type">What it is: <c>qemu/disk</c>.</param>
/// <param name="Id">Its ID where the builder chooses it (a path, a name).</param>
/// <param name="Properties">What must be known to adopt or remove it.</param>
/// <param name="Location">The region or node.</param>
public sealed record ResourceIntent(
    string Key, string Type, string? Id = null, IReadOnlyDictionary<string, string>? Properties = null, string? Location = null);
