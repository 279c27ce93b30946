using ImageOperator.Api.ImageBuilds;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Engine.Clouds;

/// <summary>The ledger of a build that is gone: nothing is in it, and nothing is made any more.</summary>
internal sealed class NoLedger : ILedger
{
    public IReadOnlyList<LedgerEntry> Entries => [];

    public LedgerEntry? Find(string key) => null;

    public Task<LedgerEntry> IntendAsync(ResourceIntent intent, CancellationToken cancellationToken) => throw Nothing();

    public Task<LedgerEntry> ConfirmAsync(string key, string id, IReadOnlyDictionary<string, string>? properties, CancellationToken cancellationToken) => throw Nothing();

    public Task<LedgerEntry> KeepAsync(string key, string id, CancellationToken cancellationToken) => throw Nothing();

    public Task ForgetAsync(string key, CancellationToken cancellationToken) => throw Nothing();

    private static InvalidOperationException Nothing() => new("a build that is gone makes nothing");
}
