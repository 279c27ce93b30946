using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Amazon.Runtime;
using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Aws;
using ImageOperator.Engine.Ports;
using ImageOperator.Engine.Tests.Doubles;
using ImageOperator.Platforms.Aws;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws;

/// <summary>An account of moto, with the times and faults of a cloud.</summary>
internal sealed class AwsSite : CloudSite
{
    public const string Region = "eu-central-1";
    public const string CopyRegion = "eu-west-1";

    private const string TemplateImage = "ami-00000000000000001";

    private static int s_networks;

    private const int CasesOfAnAccount = 10;

    private readonly Moto _moto;
    private readonly Clock? _clock;
    private readonly TimeProvider _time;
    private readonly AccountListing _listing;
    private readonly ConditionalWeakTable<Process, AwsPlatformFactory> _factories = [];
    private bool _prepared;
    private int _cases;

    /// <param name="moto">The emulator.</param>
    /// <param name="time">With machines that really run, time passes by itself; without one it goes from timer to timer.</param>
    public AwsSite(Moto moto, TimeProvider? time = null)
    {
        _moto = moto;
        _time = time ?? (_clock = new());
        Cloud = new Ec2Cloud(moto, Time);
        _listing = new AccountListing(moto);
        Aws = Aws with { Image = Aws.Image with { LaunchTemplate = new() { Id = Cloud.Templates.Add(TemplateImage), SetDefault = true } } };
    }

    public Ec2Cloud Cloud { get; }

    public AwsTarget Aws { get; set; } = new()
    {
        Region = Region,
        Source = new() { Newest = new() { Name = "amzn2-ami-hvm-2.0.*", Owners = ["amazon"], Architecture = AwsArchitecture.X86 } },
        Image = new()
        {
            Name = "web-lab-1",
            Copies = [new() { Region = CopyRegion, Encrypted = true }],
            ShareWith = new() { Accounts = ["210987654321"], Snapshots = true },
            DeprecateAfter = Api.Common.Duration.FromMinutes(60 * 24 * 90),
            SsmParameter = "/images/web",
        },
        Tags = new Dictionary<string, string> { ["team"] = "lab" },
    };

    public override string Name => "aws";

    public override TimeProvider Time => _time;

    /// <summary>A target to build instead.</summary>
    public Target? Given { get; set; }

    public override Target Target => Given ?? new() { Name = "lab", Aws = Aws };

    public override int Artifacts => 1 + Aws.Image.Copies.Count + Aws.Image.AccountCopies.Count;

    /// <summary>A KMS key whose grants are part of the account.</summary>
    public (string Region, string Arn)? Key { get; private set; }

    /// <summary>Where the files of the template are.</summary>
    public string Workspace { get; set; } = "/workspace";

    public override BuildFolders Folders => new(Workspace, "/scratch", "/cache", "/downloads");

    public override int BuildMachines => Cloud.BuildMachines;

    public override async Task BeginAsync()
    {
        Cloud.Settle();
        if (!_prepared && _cases++ % CasesOfAnAccount == 0) await _moto.ResetAsync();
    }

    public override IPlatformFactory Platform(Process process) => _factories.GetValue(process, p => new AwsPlatformFactory(Options(p)));

    public AwsOptions Options(Process process) => new()
    {
        Endpoint = "http://aws.example",
        Credentials = new BasicAWSCredentials("testing", "testing"),
        HttpHandler = () => new ProcessHandler(process, Cloud),
    };

    /// <summary>The subnets of the default VPC.</summary>
    public async Task<IReadOnlyList<string>> SubnetsAsync()
    {
        _prepared = true;
        return [.. (await _listing.AskAsync(Region, "DescribeSubnets")).Named("subnetSet").Elements().Select(s => s.Text("subnetId")!)];
    }

    /// <summary>Lets time pass while no process runs.</summary>
    public override IReadOnlyList<string> Calls => [.. Cloud.Calls.Select(c => c.Split(':')[1])];

    public override IReadOnlyList<Fault> Faults
    {
        get => Cloud.Faults;
        set => Cloud.Faults = value;
    }

    public override int Injected => Cloud.Injected;

    public override void ShowLate() => Cloud.Timings = Cloud.Timings with { Visible = TimeSpan.FromSeconds(20) };

    public override void Pass(TimeSpan time) => _clock!.Advance(time);

    /// <summary>The newest of Amazon's AMIs of that name.</summary>
    public async Task<string> ImageAsync(string name) =>
        (await _listing.AskAsync(Region, "DescribeImages", $"&Owner.1=amazon&Filter.1.Name=name&Filter.1.Value.1={Uri.EscapeDataString(name)}")).Named("imageId").First().Value;

    /// <summary>Writes a parameter of Systems Manager, as AWS's users do.</summary>
    public Task WriteParameterAsync(string name, string value, string type = "String", string region = Region)
    {
        _prepared = true;
        return _listing.SsmAsync(region, "PutParameter", $$"""{"Name":"{{name}}","Value":"{{value}}","Type":"{{type}}","Overwrite":true}""");
    }

    /// <summary>Makes a secret of Secrets Manager.</summary>
    public Task WriteSecretAsync(string name, string value)
    {
        _prepared = true;
        return _listing.JsonAsync(Region, "secretsmanager", "secretsmanager.CreateSecret", $$"""{"Name":"{{name}}","SecretString":"{{value}}","ClientRequestToken":"{{Guid.NewGuid()}}"}""");
    }

    /// <summary>From now on the account is as it is made: no case begins with an empty one.</summary>
    public AccountListing Prepare()
    {
        _prepared = true;
        return _listing;
    }

    /// <summary>Makes a KMS key.</summary>
    /// <returns>Its ARN.</returns>
    public async Task<string> MakeKeyAsync(string region)
    {
        Key = (region, await Prepare().MakeKeyAsync(region));
        return Key.Value.Arn;
    }

    public Task MakeProfileAsync(string name)
    {
        _prepared = true;
        return _listing.MakeProfileAsync(name);
    }

    /// <summary>A subnet whose addresses are this machine's own, and no other site's.</summary>
    public async Task<string> LoopbackSubnetAsync()
    {
        _prepared = true;
        var network = $"127.{64 + (Interlocked.Increment(ref s_networks) % 128)}.0.0%2F";
        var vpc = (await _listing.AskAsync(Region, "CreateVpc", $"&CidrBlock={network}16")).Named("vpcId").First().Value;
        return (await _listing.AskAsync(Region, "CreateSubnet", $"&VpcId={vpc}&CidrBlock={network}20")).Named("subnetId").First().Value;
    }

    public override async Task<IReadOnlyList<string>> ListAsync()
    {
        var all = new List<string>([.. await _listing.ReadAsync([Region, CopyRegion]), .. Cloud.Templates.List(), .. Cloud.Sessions.List()]);
        if (Aws.TemporaryIamInstanceProfile is not null) all.AddRange(await _listing.IdentitiesAsync());
        if (Key is { } key) all.AddRange((await _listing.GrantsAsync(key.Region, key.Arn)).Select(g => $"grant {g.Principal}"));
        foreach (var (account, regions) in OtherAccounts) all.AddRange(await (await _listing.OfAsync(account)).ReadAsync(regions));
        return [.. all.Order(StringComparer.Ordinal)];
    }

    private IEnumerable<(string Account, string[] Regions)> OtherAccounts =>
        Aws.Image.AccountCopies.GroupBy(c => c.RoleArn.Split(':')[4]).Select(g => (g.Key, g.Select(c => c.Region ?? Region).Distinct().ToArray()));

    private async Task<XElement> DescribeImageAsync(Artifact artifact)
    {
        var place = artifact.Location!.Split('/');
        var listing = place.Length > 1 ? await _listing.OfAsync(place[0]) : _listing;
        return Assert.Single((await listing.AskAsync(place[^1], "DescribeImages", $"&ImageId.1={artifact.Id}")).Named("imagesSet").Elements());
    }

    public override async Task AssertResultsAsync(IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> before)
    {
        List<string> expected = [.. before];
        foreach (var artifact in artifacts)
        {
            Assert.Equal("ami", artifact.Type);
            var image = await DescribeImageAsync(artifact);
            Assert.StartsWith(Aws.Image.Name, image.Text("name"), StringComparison.Ordinal);
            Assert.Equal("lab", image.Named("item").First(i => i.Text("key") == "team").Text("value"));
            expected.AddRange(LinesOf(artifact.Location!, image));
            if (Aws.Image.SsmParameter is { } parameter && !artifact.Location!.Contains('/', StringComparison.Ordinal)) expected.Add($"{artifact.Location} {parameter}={artifact.Id}");
        }

        if (Aws.Image.LaunchTemplate is { } template)
        {
            Assert.True(expected.Remove(LaunchTemplates.Line(template.Id, TemplateImage, isDefault: true)));
            expected.Add(LaunchTemplates.Line(template.Id, TemplateImage, isDefault: !template.SetDefault));
            expected.Add(LaunchTemplates.Line(template.Id, artifacts[0].Id, isDefault: template.SetDefault));
        }

        if (Key is not null) expected.AddRange(Aws.Image.ShareWith!.Accounts.Select(a => $"grant arn:aws:iam::{a}:root"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), await ListAsync());
    }

    /// <summary>The AMIs of a name, which are this account's.</summary>
    public async Task<IReadOnlyList<XElement>> ImagesAsync(string region, string name) =>
        [.. (await _listing.AskAsync(region, "DescribeImages", $"&Owner.1=self&Filter.1.Name=name&Filter.1.Value.1={name}")).Named("imagesSet").Elements()];

    /// <summary>An AMI in the list, with its snapshots.</summary>
    public IReadOnlyList<string> LinesOf(string region, XElement image)
    {
        var id = image.Text("imageId")!;
        var snapshots = SnapshotsOf(image);
        Assert.NotEmpty(snapshots);
        return [$"{region} {id}", .. snapshots.Select(s => $"{region} {s}")];
    }

    private List<string> SnapshotsOf(XElement image) =>
        [.. image.Named("snapshotId").Select(s => s.Value).Where(s => s.Length > 0).Concat(Cloud.RegisteredSnapshots(image.Text("imageId")!)).Distinct()];

    /// <summary>Someone's AMI, with a snapshot of its own, from before all builds.</summary>
    public async Task<string> MakeImageAsync(string region, string name)
    {
        var made = await AddImageAsync(region, name);
        Cloud.Settle();
        return made;
    }

    /// <summary>Someone's AMI, with a snapshot of its own, made while builds are under way.</summary>
    public async Task<string> AddImageAsync(string region, string name)
    {
        _prepared = true;
        var volume = (await _listing.AskAsync(region, "CreateVolume", $"&Size=1&AvailabilityZone={region}a")).Text("volumeId");
        var snapshot = (await _listing.AskAsync(region, "CreateSnapshot", $"&VolumeId={volume}")).Text("snapshotId");
        await _listing.AskAsync(region, "DeleteVolume", $"&VolumeId={volume}");
        var made = await _listing.AskAsync(region, "RegisterImage", $"&Name={name}&BlockDeviceMapping.1.DeviceName=%2Fdev%2Fsda1&BlockDeviceMapping.1.Ebs.SnapshotId={snapshot}", Cloud);
        return made.Text("imageId")!;
    }

    /// <summary>Removes an AMI with its snapshots, as someone would by hand.</summary>
    public async Task RemoveImageAsync(string region, XElement image)
    {
        var id = image.Text("imageId")!;
        var snapshots = SnapshotsOf(image);
        await _listing.AskAsync(region, "DeregisterImage", $"&ImageId={id}", Cloud);
        foreach (var snapshot in snapshots) await RemoveSnapshotAsync(region, snapshot);
    }

    public Task RemoveSnapshotAsync(string region, string snapshot) => _listing.AskAsync(region, "DeleteSnapshot", $"&SnapshotId={snapshot}", Cloud);

    public override async Task RemoveResultsAsync()
    {
        // As its owner would: with another process, which nobody kills.
        Cloud.Faults = [];
        Cloud.Meanwhile = null;
        Cloud.Reveal();
        Cloud.Templates.Reset();
        await _listing.RemoveResultsAsync([Region, CopyRegion], Cloud);
        foreach (var grant in Key is { } key ? await _listing.GrantsAsync(key.Region, key.Arn) : []) await _listing.RevokeAsync(Key!.Value.Region, Key.Value.Arn, grant.Id);
        foreach (var (account, regions) in OtherAccounts) await (await _listing.OfAsync(account)).RemoveResultsAsync(regions, Cloud);
    }

    public override Task RunAsync(Task work, params Process[] processes) => _clock is null ? Task.WhenAny(work, Task.WhenAll(processes.Select(p => p.Died))) : new Pump(_clock, work, processes).RunAsync();

    /// <summary>Through the tunnel where the machine has one: as far as to the greeting of what listens there.</summary>
    public override async Task WaitForGuestAsync(IMachine machine, CancellationToken cancellationToken)
    {
        if (machine.Dialer is not { } dialer) return;
        await using var connection = await dialer.DialAsync(cancellationToken);
        var greeting = new byte[4];
        await connection.ReadExactlyAsync(greeting, cancellationToken);
        Assert.Equal("SSH-"u8.ToArray(), greeting);
    }

    public override async ValueTask DisposeAsync()
    {
        Assert.Empty(Cloud.Sessions.Mistakes);
        Cloud.Sessions.Dispose();
        await _moto.ResetAsync();
    }

    private sealed class ProcessHandler(Process process, Ec2Cloud cloud) : HttpMessageHandler
    {
        private static readonly HttpMessageInvoker s_real = new(new SocketsHttpHandler());

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // A websocket.
            if (request.Method == HttpMethod.Get) return await process.CallAsync("OpenDataChannel", () => s_real.SendAsync(request, cancellationToken));
            var name = (await AwsRequest.ReadAsync(request)).Action;
            return await process.CallAsync(name, () => cloud.SendAsync(request));
        }
    }
}
