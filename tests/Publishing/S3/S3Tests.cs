using System.Text;
using System.Text.Json;
using Amazon.S3.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Publishing;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Publishing.Tests.Bed;

namespace ImageOperator.Publishing.Tests.S3;

/// <summary>Against moto's S3.</summary>
[Collection(typeof(S3Storage))]
[Trait("Category", "Cloud")]
public sealed class S3Tests(Moto moto, Bench bench) : IClassFixture<Bench>
{
    private const string Key = "images/web.raw";

    [Fact]
    public async Task Image_IsThere_WithManifestAndChecksums()
    {
        using var bucket = await Bucket.CreateAsync(moto);
        var image = bench.Image(12 * Bench.MiB);
        var build = Of(image, bucket.Entry(manifest: true, s3: new() { Bucket = "", ServerSideEncryption = Api.Publishing.S3Encryption.Kms, KmsKeyId = "alias/images", StorageClass = "STANDARD_IA" }));

        var status = await build.SucceedAsync();

        Assert.Equal(File.ReadAllBytes(image), await bucket.ReadAsync(Key));
        Assert.Equal([("raw", $"s3://{bucket.Name}/{Key}"), ("manifest", $"s3://{bucket.Name}/images/web.manifest.json"), ("checksums", $"s3://{bucket.Name}/images/web.SHA256SUMS")],
            build.Published.Select(a => (a.Type, a.Id)));
        Assert.Equal($"sha256:{Bench.Sha256(image)}", build.Published[0].Checksum);
        Assert.Equal(
            $"{Bench.Sha256(image)}  web.raw\n{Bench.Sha256(await bucket.ReadAsync("images/web.manifest.json"))}  web.manifest.json\n",
            Encoding.UTF8.GetString(await bucket.ReadAsync("images/web.SHA256SUMS")));
        using var manifest = JsonDocument.Parse(await bucket.ReadAsync("images/web.manifest.json"));
        Assert.Equal(build.Uid, manifest.RootElement.GetProperty("build").GetProperty("uid").GetString());
        Assert.Equal($"sha256:{Bench.Sha256(image)}", manifest.RootElement.GetProperty("file").GetProperty("checksum").GetString());
        var head = await bucket.Client.GetObjectMetadataAsync(bucket.Name, Key);
        Assert.Equal(("aws:kms", "alias/images", "STANDARD_IA"), (head.ServerSideEncryptionMethod?.Value, head.ServerSideEncryptionKeyManagementServiceKeyId, head.StorageClass?.Value));
        Assert.Equal(0, await bucket.OpenUploadsAsync());
        Assert.Contains(BuildStage.Published, status.Stages!.Select(s => s.Name));
        Assert.All(status.Resources!, r => Assert.False(r.Temporary));
        Assert.True(await ExistsAsync(build, build.Published[0]));
    }

    [Fact]
    public async Task NextAttempt_GoesOnWithTheParts()
    {
        using var bucket = await Bucket.CreateAsync(moto);
        var image = bench.Image(42 * Bench.MiB);
        var build = Of(image, bucket.Entry());
        var first = build.NextProcess();
        first.AtPoint = _ =>
        {
            if (first.Points.Count(p => p == "http PUT part!") == 5) first.Kill();
        };
        await build.RunAsync(first);
        var second = build.NextProcess();

        await build.RunAsync(second);

        Assert.Equal(TargetPhase.Succeeded, build.Status.Phase);
        Assert.InRange(second.Points.Count(p => p == "http PUT part"), 1, 4);
        Assert.Equal(File.ReadAllBytes(image), await bucket.ReadAsync(Key));
        Assert.Equal(0, await bucket.OpenUploadsAsync());
    }

    [Fact]
    public async Task Interrupted_UploadStays_CancelledAndFailed_AllIsGone()
    {
        using var bucket = await Bucket.CreateAsync(moto);
        foreach (var reason in new[] { StopReason.Interrupted, StopReason.Cancelled })
        {
            var build = Of(bench.Image(42 * Bench.MiB), bucket.Entry());
            build.StopReason = reason;
            using var stop = new CancellationTokenSource();
            var process = build.NextProcess();
            process.AtPoint = _ =>
            {
                if (process.Points.Count(p => p == "http PUT part!") == 3) stop.Cancel();
            };

            var outcome = await build.RunAsync(process, stop.Token);

            Assert.Equal(reason == StopReason.Interrupted, outcome!.Interrupted);
            Assert.Equal(reason == StopReason.Interrupted ? 1 : 0, await bucket.OpenUploadsAsync());
            if (reason != StopReason.Interrupted) continue;
            Assert.Empty((await build.SweepAsync())!);
            Assert.Equal(0, await bucket.OpenUploadsAsync());
        }

        Assert.Empty(await bucket.KeysAsync());
    }

    [Fact]
    public async Task BuildThatFailsLater_TakesBackWhatItPublished_AndNothingElse()
    {
        using var bucket = await Bucket.CreateAsync(moto, versions: true);
        await bucket.Client.PutObjectAsync(new() { BucketName = bucket.Name, Key = Key, ContentBody = "an older image" });
        var build = Of(bench.Image(6 * Bench.MiB), bucket.Entry(manifest: true));
        build.FailsToDistribute = true;

        await build.FailAsync();

        Assert.Equal([Key], await bucket.KeysAsync());
        Assert.Equal("an older image", Encoding.UTF8.GetString(await bucket.ReadAsync(Key)));
        Assert.Null(build.Status.CleanupErrors);
        Assert.Empty(build.Status.Resources ?? []);
    }

    [Fact]
    public async Task AnotherBuildsUploadAndObject_AreLeftAlone()
    {
        using var bucket = await Bucket.CreateAsync(moto);
        var other = await bucket.Client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = bucket.Name, Key = Key });
        var build = Of(bench.Image(6 * Bench.MiB), bucket.Entry());
        var process = build.NextProcess();
        process.AtPoint = point =>
        {
            if (point == "http POST uploads!") process.Kill();
        };
        await build.RunAsync(process);
        await bucket.Client.PutObjectAsync(new() { BucketName = bucket.Name, Key = Key, ContentBody = "of another build" });

        Assert.Empty((await build.SweepAsync())!);

        Assert.Equal([other.UploadId], (await bucket.Client.ListMultipartUploadsAsync(bucket.Name)).MultipartUploads.Select(u => u.UploadId));
        Assert.Equal("of another build", Encoding.UTF8.GetString(await bucket.ReadAsync(Key)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WhatStandsThereIsNotWhatWasSent_Fails(bool storageHasChecksums)
    {
        using var bucket = await Bucket.CreateAsync(moto);
        var build = Of(bench.Image(6 * Bench.MiB), bucket.Entry());
        build.Around = handler => new Tampering(storageHasChecksums) { InnerHandler = Bucket.WithTimes(handler) };

        var failure = await build.FailAsync();

        Assert.Equal((Reasons.ChecksumMismatch, BuildStage.Published), (failure.Reason, failure.Stage));
        Assert.Contains("targets[disk].publish[0].s3", failure.Message, StringComparison.Ordinal);
        Assert.Empty(await bucket.KeysAsync());
    }

    [Fact]
    public async Task Failures_NameTheFieldAndTheMend()
    {
        using var bucket = await Bucket.CreateAsync(moto);
        var entry = bucket.Entry();
        var image = bench.Image(6 * Bench.MiB);

        var missing = await Of(image, entry with { S3 = entry.S3! with { Bucket = "not-there" } }).FailAsync();
        Assert.Contains("targets[disk].publish[0].s3.bucket", missing.Message, StringComparison.Ordinal);
        Assert.Contains("create it", missing.Hint, StringComparison.Ordinal);

        var build = Of(image, entry);
        build.Secret.Remove("secretAccessKey");
        var keys = await build.FailAsync();
        Assert.Equal(Reasons.Unauthorized, keys.Reason);
        Assert.Contains("has no key secretAccessKey", keys.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_AndConversion_AreWhatTheySay()
    {
        using var bucket = await Bucket.CreateAsync(moto);
        var image = bench.Image(40 * Bench.MiB);
        var build = Of(image, bucket.Entry() with { Gzip = true });
        build.Publish = [build.Publish[0], bucket.Entry() with { Format = Api.Targets.Qemu.DiskFormat.Qcow2, Compress = true }];

        await build.SucceedAsync();

        var packed = Path.Combine(bench.Folder, "got.gz");
        await File.WriteAllBytesAsync(packed, await bucket.ReadAsync("images/web.raw.gz"));
        // The tool that people have, not the class that wrote it.
        Assert.Equal(Bench.Sha256(image), (await Workspaces.Tests.Servers.Tool.RunAsync(bench.Folder, "sh", "-c", "gzip -dc got.gz | sha256sum")).Split(' ')[0]);
        await File.WriteAllBytesAsync(Path.Combine(bench.Folder, "got.qcow2"), await bucket.ReadAsync("images/web.qcow2"));
        await Workspaces.Tests.Servers.Tool.RunAsync(bench.Folder, "qemu-img", "compare", "-f", "raw", "-F", "qcow2", image, "got.qcow2");
        Assert.Equal(["raw+gzip", "qcow2"], build.Published.Select(a => a.Type));
        Assert.True(new FileInfo(packed).Length < 2 * Bench.MiB);
    }

    internal static void Credentials(Build build)
    {
        build.Secret["accessKeyId"] = "AKIATEST";
        build.Secret["secretAccessKey"] = "s3cret-of-the-bucket\n";
        build.Around = Bucket.WithTimes;
    }

    private Build Of(string image, PublishEntry entry)
    {
        var build = bench.Build(image, entry);
        Credentials(build);
        return build;
    }

    private static async Task<bool> ExistsAsync(Build build, Artifact artifact)
    {
        await using var publication = new PublicationFactory((_, _) => build.Secret, (_, _) => "").Create(new()
        {
            Identity = new(Guid.NewGuid().ToString(), "images", "later", "disk", 1),
            Target = new() { Name = "disk", Publish = build.Publish },
            StartTime = DateTimeOffset.UnixEpoch,
            Ledger = null!,
            Folders = new("", Path.Combine(Path.GetTempPath(), "none"), "", ""),
            Observer = build.Log,
            Time = TimeProvider.System,
        });
        return await publication.ExistsAsync(artifact, TestContext.Current.CancellationToken)
            && !await publication.ExistsAsync(artifact with { Checksum = $"sha256:{new string('1', 64)}" }, TestContext.Current.CancellationToken);
    }

    /// <summary>A storage that keeps other bytes than it was sent.</summary>
    private sealed class Tampering(bool checksums) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Head)
            {
                response.Headers.Remove("x-amz-checksum-sha256");
                if (checksums) response.Headers.Add("x-amz-checksum-sha256", Convert.ToBase64String(new byte[32]) + "-2");
            }
            else if (request.Method == HttpMethod.Get && request.RequestUri!.Query.Length == 0)
            {
                var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
                bytes[^1] ^= 1;
                response.Content = new ByteArrayContent(bytes);
            }

            return response;
        }
    }
}
