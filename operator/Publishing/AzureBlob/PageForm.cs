using System.Collections.Concurrent;
using System.Security.Cryptography;
using Azure.Storage;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using ImageOperator.Publishing.Files;

namespace ImageOperator.Publishing.AzureBlob;

/// <summary>A page blob: it would be seen as it grows, so its pages are collected in a blob beside it, which the storage copies to its name.</summary>
internal sealed class PageForm(Place place, AzureCalls calls, PublishFile file, string blob, string staging) : IBlobForm
{
    private const int SideBySide = 4;

    private IReadOnlyList<PageRange>? _ranges;

    public string? Staging => staging;

    public async Task PutAsync(CancellationToken cancellationToken)
    {
        var there = await AzureObject.FindAsync(calls, staging, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<PageRange> known = [];
        if (there is not null && there.Sha256 == file.Sha256 && there.Length == file.Payload.Length) known = await ListAsync(staging, cancellationToken).ConfigureAwait(false);
        else await CreateAsync(cancellationToken).ConfigureAwait(false);
        if (known.Count > 0) place.Say($"{blob}: going on after {known.Sum(r => r.Length) >> 20} MiB of pages");

        var (chunks, done, found) = (Pages.Chunks(file.Payload.Length), 0, new ConcurrentBag<PageRange>());
        await Parallel.ForEachAsync(Enumerable.Range(0, chunks), new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = cancellationToken }, async (number, token) =>
        {
            var ranges = await Pages.ReadAsync(file.Payload, number, (range, content) => Covers(known, range) ? Task.CompletedTask : PutAsync(range, content, token), token).ConfigureAwait(false);
            foreach (var range in ranges) found.Add(range);
            place.Report($"uploading {blob}", (double)Interlocked.Increment(ref done) / chunks);
        }).ConfigureAwait(false);
        _ranges = Pages.Merge(found);
    }

    public async Task<CommitResult> CommitAsync(AzureObject? before, CancellationToken cancellationToken)
    {
        if (await AzureObject.FindAsync(calls, staging, cancellationToken).ConfigureAwait(false) is null) return CommitResult.Lost;
        var source = calls.Access.Container.GetBlobBaseClient(staging).Uri;
        var notes = AzureNotes.Of(place, file.Sha256, replaces: before is not null);
        var copied = await AzureCopy.RunAsync(place, calls, source, blob, notes, AzureObject.Still(before), cancellationToken).ConfigureAwait(false);
        return copied ? CommitResult.Done : CommitResult.Changed;
    }

    /// <summary>Each range was compared on arrival: just these ranges, and no other, must have content.</summary>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        _ranges ??= await ReadRangesAsync(cancellationToken).ConfigureAwait(false);
        var found = await ListAsync(blob, cancellationToken).ConfigureAwait(false);
        if (!found.SequenceEqual(_ranges))
        {
            throw PublishFailure.Differs(
                $"{place.Field}.azureBlob", blob, $"{file.Sha256} with {_ranges.Sum(r => r.Length)} bytes of pages", $"other pages ({found.Sum(r => r.Length)} bytes)");
        }
    }

    private async Task<IReadOnlyList<PageRange>> ReadRangesAsync(CancellationToken cancellationToken)
    {
        var ranges = new List<PageRange>();
        for (var number = 0; number < Pages.Chunks(file.Payload.Length); number++) ranges.AddRange(await Pages.ReadAsync(file.Payload, number, each: null, cancellationToken).ConfigureAwait(false));
        return Pages.Merge(ranges);
    }

    private static bool Covers(IReadOnlyList<PageRange> known, PageRange range) => known.Any(k => k.Offset <= range.Offset && k.End >= range.End);

    private Task<bool> CreateAsync(CancellationToken cancellationToken) => calls.RunAsync("PutBlob pages", async container =>
    {
        await container.GetPageBlobClient(staging).CreateAsync(file.Payload.Length, new PageBlobCreateOptions
        {
            Metadata = AzureNotes.Of(place, file.Sha256),
            HttpHeaders = new() { ContentType = "application/octet-stream" },
        }, cancellationToken).ConfigureAwait(false);
        return true;
    }, cancellationToken);

    private Task<bool> PutAsync(PageRange range, ReadOnlyMemory<byte> pages, CancellationToken cancellationToken)
    {
        // What the storage compares on arrival; it protects nothing.
#pragma warning disable CA5351
        var md5 = MD5.HashData(pages.Span);
#pragma warning restore CA5351
        return calls.RunAsync("PutPage", async container =>
        {
            using var content = new MemoryStream(pages.ToArray(), writable: false);
            await container.GetPageBlobClient(staging).UploadPagesAsync(content, range.Offset, new PageBlobUploadPagesOptions
            {
                TransferValidation = new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5, PrecalculatedChecksum = md5 },
            }, cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken);
    }

    private async Task<IReadOnlyList<PageRange>> ListAsync(string name, CancellationToken cancellationToken) => Pages.Merge(await calls.RunAsync("GetPageRanges", async container =>
    {
        var ranges = new List<PageRange>();
        await foreach (var item in container.GetPageBlobClient(name).GetAllPageRangesAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (!item.IsClear) ranges.Add(new(item.Range.Offset, item.Range.Length ?? 0));
        }

        return ranges;
    }, cancellationToken).ConfigureAwait(false));
}
