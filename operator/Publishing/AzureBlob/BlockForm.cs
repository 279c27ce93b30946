using Azure;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageOperator.Api.Publishing;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>A block blob: blocks wait, unseen and for a week, until the list of them is committed.</summary>
internal sealed class BlockForm(Place place, AzureBlobDestination azure, AzureCalls calls, PublishFile file, string blob) : IBlobForm
{
    private const int MostBlocks = 50_000;
    private const long UsualBlock = 16L << 20;
    private const int SideBySide = 4;

    private readonly AzureBlocks _blocks = new(place, file.Payload, SizeOf(azure, file.Payload.Length));

    public string? Staging => null;

    public async Task PutAsync(CancellationToken cancellationToken)
    {
        var there = await ListAsync(BlockListTypes.Uncommitted, cancellationToken).ConfigureAwait(false);
        var known = (there?.UncommittedBlocks ?? []).Where(b => AzureBlocks.IsOf(place, b.Name)).Select(b => (b.Name, b.SizeLong)).ToHashSet();
        if (known.Count > 0) place.Say($"{blob}: going on after {known.Count} of {_blocks.Count} blocks");
        var done = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, _blocks.Count), new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken }, async (number, token) =>
        {
            var block = await _blocks.GetAsync(number, token).ConfigureAwait(false);
            if (!known.Contains((block.Name, block.Length))) await StageAsync(number, block, token).ConfigureAwait(false);
            place.Report($"uploading {blob}", (double)Interlocked.Increment(ref done) / _blocks.Count);
        }).ConfigureAwait(false);
    }

    public async Task<CommitResult> CommitAsync(AzureObject? before, CancellationToken cancellationToken)
    {
        var names = (await _blocks.AllAsync(cancellationToken).ConfigureAwait(false)).Select(b => b.Name).ToList();
        var options = new CommitBlockListOptions
        {
            Metadata = AzureNotes.Of(place, file.Sha256, replaces: before is not null),
            Conditions = AzureObject.Still(before),
            HttpHeaders = new() { ContentType = "application/octet-stream" },
            AccessTier = azure.AccessTier is { } tier ? new AccessTier(tier.ToString()) : default(AccessTier?),
        };
        return await calls.RunAsync("PutBlockList", async container =>
        {
            try
            {
                await container.GetBlockBlobClient(blob).CommitBlockListAsync(names, options, cancellationToken).ConfigureAwait(false);
                return CommitResult.Done;
            }
            catch (RequestFailedException e) when (e.Status == 412 || e.ErrorCode == BlobErrorCode.BlobAlreadyExists)
            {
                return CommitResult.Changed;
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidBlockList)
            {
                return CommitResult.Lost;
            }
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Each block was compared on arrival, and its name says its SHA-256: the list is the proof.</summary>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        var expected = await _blocks.AllAsync(cancellationToken).ConfigureAwait(false);
        var found = await ListAsync(BlockListTypes.Committed, cancellationToken).ConfigureAwait(false);
        if (!expected.Select(b => (b.Name, b.Length)).SequenceEqual((found?.CommittedBlocks ?? []).Select(b => (b.Name, b.SizeLong))))
        {
            throw PublishFailure.Differs($"{place.Field}.azureBlob", blob, $"{file.Sha256} in {expected.Count} blocks", "another list of blocks");
        }
    }

    private Task<BlockList?> ListAsync(BlockListTypes types, CancellationToken cancellationToken) => calls.FindAsync(
        "GetBlockList", async container => (await container.GetBlockBlobClient(blob).GetBlockListAsync(types, cancellationToken: cancellationToken).ConfigureAwait(false)).Value, cancellationToken);

    private Task<bool> StageAsync(int number, AzureBlocks.Block block, CancellationToken cancellationToken) => calls.RunAsync("PutBlock", async container =>
    {
        var content = _blocks.Open(number);
        await using (content.ConfigureAwait(false))
        {
            await container.GetBlockBlobClient(blob).StageBlockAsync(block.Name, content, new BlockBlobStageBlockOptions
            {
                TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5, PrecalculatedChecksum = block.Md5 },
            }, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }, cancellationToken);

    private static long SizeOf(AzureBlobDestination azure, long length)
    {
        var size = azure.BlockSize?.Bytes ?? UsualBlock;
        var least = (length + MostBlocks - 1) / MostBlocks;
        return least > size ? ((least >> 20) + 1) << 20 : size;
    }
}
