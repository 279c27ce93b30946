using System.Collections.Concurrent;
using System.Net;
using System.Xml.Linq;
using ImageOperator.Platforms.Contract.Tests.Aws.Cloud.Sessions;
using ImageOperator.Platforms.Contract.Tests.Suite;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>
/// Stands between the SDK and moto, and adds what moto lacks: states that take their time, eventual consistency, client tokens,
/// names that are taken, groups and snapshots in use, tags of snapshots and copies, deprecation, protection; and faults.
/// </summary>
internal sealed class Ec2Cloud
{
    private static readonly string[] Makers = ["RunInstances", "CreateSecurityGroup", "ImportKeyPair", "CreateImage", "CopyImage", "RegisterImage"];

    private readonly MotoClient _moto;
    private readonly SemaphoreSlim _one = new(1);
    private readonly ConcurrentDictionary<string, InstanceState> _instances = new();
    private readonly ConcurrentDictionary<string, ImageState> _images = new();
    private readonly Registrations _registrations = new();
    private readonly Deregistrations _deregistrations = new();
    private readonly Accounts _accounts = new();
    private readonly Identities _identities = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _snapshots = new();
    private readonly ConcurrentDictionary<string, DateTimeOffset> _visible = new();
    private readonly ConcurrentDictionary<string, (string Body, AwsAnswer Answer)> _tokens = new();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private int _injected;

    /// <summary>What is gone, with its tags; moto keeps those.</summary>
    private readonly ConcurrentDictionary<string, bool> _gone = new();
    private readonly ConcurrentDictionary<string, string> _keyPairs = new();

    /// <summary>Those that the cloud made, by name.</summary>
    private readonly ConcurrentDictionary<string, string> _privateKeys = new();

    public Ec2Cloud(Moto moto, TimeProvider firstTime) => (_moto, Time, Sessions) = (new(moto), firstTime, new SessionService(AgentOf));

    public TimeProvider Time { get; set; }

    /// <summary>Session Manager, which moto does not know.</summary>
    public SessionService Sessions { get; }

    public CloudTimings Timings { get; set; } = new();

    /// <summary>The launch templates, which moto does not know enough of.</summary>
    public LaunchTemplates Templates { get; } = new();

    /// <summary>What machines with Windows make.</summary>
    public Passwords Passwords { get; } = new();

    /// <summary>What runs in the instances; nothing if null.</summary>
    public IInstanceHost? Host { get; set; }

    public IReadOnlyList<Fault> Faults { get; set; } = [];

    /// <summary>How many calls have gone wrong by a fault.</summary>
    public int Injected => _injected;

    /// <summary>What someone else does just before a call; nothing if null.</summary>
    public Func<AwsRequest, Task>? Meanwhile { get; set; }

    /// <summary>As whom moto is asked, where it looks at that: the builder's calls, and the cloud's own.</summary>
    public (MotoSigner Builder, MotoSigner Cloud)? Signers { get => _moto.Signers; set => _moto.Signers = value; }

    /// <summary>The builder's calls that moto itself has judged.</summary>
    public ConcurrentQueue<string> Asked => _moto.Asked;

    /// <summary>Every call, in order: <c>ec2:RunInstances</c>.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>The requests, for a look at what was asked.</summary>
    public ConcurrentQueue<AwsRequest> Requests { get; } = new();

    public int BuildMachines => _instances.Values.Count(i => i.Key == "build/machine");

    private DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>Begins anew: what is there has settled, and counts begin at none.</summary>
    public void Settle()
    {
        _instances.Clear();
        Sessions.Forget();
        _deregistrations.Clear();
        _visible.Clear();
        _tokens.Clear();
        _counts.Clear();
        _injected = 0;
        Calls.Clear();
        Requests.Clear();
        Faults = [];
        Meanwhile = null;
    }

    /// <summary>Shows at once what was made a moment ago.</summary>
    public void Reveal() => _visible.Clear();

    /// <summary>Takes an AMI's protection off.</summary>
    public void Unprotect(string image) => SetProtection(image, false);

    /// <summary>Protects an AMI from deregistration.</summary>
    public void Protect(string image) => SetProtection(image, true);

    private void SetProtection(string image, bool on)
    {
        if (_images.TryGetValue(image, out var state)) state.Protected = on;
    }

    /// <summary>The snapshots that AMIs were registered of; moto makes others.</summary>
    public IReadOnlyList<string> RegisteredSnapshots(string image) => _registrations.SnapshotsOf(image);

    /// <summary>Whom AMIs and snapshots are shared with: <c>ami-1 210987654321</c>.</summary>
    public IReadOnlyList<string> Shares => _accounts.Shares;

    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message)
    {
        var request = await AwsRequest.ReadAsync(message);
        Calls.Enqueue($"{request.Service}:{request.Action}");
        Requests.Enqueue(request);
        var number = _counts.AddOrUpdate(request.Action, 1, (_, n) => n + 1);
        var fault = Faults.FirstOrDefault(f => f.Hits(request.Action, number))?.Kind;
        if (fault is not null) Interlocked.Increment(ref _injected);
        if (fault == FaultKind.NoConnection) throw new HttpRequestException("connection refused (injected)");
        if (fault is { } kind && FaultAnswers.Of(kind, request) is { } error) return error.ToResponse();
        if (Meanwhile is { } others) await others(request);
        var answer = await AnswerAsync(request);
        if (fault == FaultKind.LostAnswer) throw new HttpRequestException("the connection broke (injected)");
        return answer.ToResponse();
    }

    // One at a time: what is refused depends on what was done just before.
    private async Task<AwsAnswer> AnswerAsync(AwsRequest request)
    {
        if (await Sessions.AnswerAsync(request) is { } answer) return answer;
        if (request.Service != "ec2") return await AnswerOthersAsync(request);
        await _one.WaitAsync();
        try
        {
            return await AnswerEc2Async(request);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<AwsAnswer> AnswerOthersAsync(AwsRequest request)
    {
        if (_identities.Answer(request, Now) is { } known) return known;
        var answer = _accounts.Note(request, await _moto.SendAsync(request));
        _identities.Note(request, answer, Now, Timings.Visible);
        return answer;
    }

    private async Task<AwsAnswer> AnswerEc2Async(AwsRequest request)
    {
        if (Refuse(request) is { } refusal) return refusal;
        var token = request["ClientToken"] is { } given ? $"{request.Region}/{request.Action}/{given}" : null;
        if (token is not null && _tokens.TryGetValue(token, out var known))
        {
            return known.Body == request.Body ? known.Answer : Bad("IdempotentParameterMismatch", "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
        }

        var answer = request.Action switch
        {
            "EnableImageDeprecation" => Setting(request, i => i.DeprecateAt = request["DeprecateAt"]),
            "DisableImageDeprecation" => Setting(request, i => i.DeprecateAt = null),
            "EnableImageDeregistrationProtection" => Setting(request, i => i.Protected = true),
            "DisableImageDeregistrationProtection" => Setting(request, i => i.Protected = false),
            "ModifyInstanceAttribute" => AwsAnswer.Return(request.Action),
            "CreateLaunchTemplateVersion" or "ModifyLaunchTemplate" or "DeleteLaunchTemplateVersions" or "DescribeLaunchTemplates" or "DescribeLaunchTemplateVersions" => Templates.Answer(request),
            "CreateImage" or "CopyImage" or "RegisterImage" => await MakeImageAsync(request),
            "DeregisterImage" => await DeregisterImageAsync(request),
            "DescribeImageAttribute" when request["Attribute"] == "uefiData" => AwsAnswer.Of(request.Action, $"<uefiData><value>{Registrations.Store}</value></uefiData>"),
            "DescribeImages" => await DescribeImagesAsync(request),
            "RunInstances" => await RunInstancesAsync(request),
            "GetPasswordData" => GetPasswordData(request),
            "TerminateInstances" => await TerminateInstancesAsync(request),
            "StopInstances" when Host is not null => await StopInstancesAsync(request),
            _ => await _moto.SendAsync(request),
        };
        if (!answer.Succeeded) return answer;
        if (token is not null) _tokens[token] = (request.Body, answer);
        Note(request, answer);
        return Show(request, answer);
    }

    /// <summary>What AWS refuses and moto does not.</summary>
    private AwsAnswer? Refuse(AwsRequest request)
    {
        foreach (var id in Subjects.Of(request))
        {
            if (_visible.TryGetValue(id, out var at) && Now < at) return Bad(Subjects.NotFoundCode(id), $"The ID '{id}' does not exist");
        }

        switch (request.Action)
        {
            case "CreateImage" or "CopyImage" or "RegisterImage" when request["DryRun"] != "true" && _images.Values.Any(i => i.Region == _accounts.PlaceOf(request) && i.Name == request["Name"]) && !IsRepeated(request):
                return Bad("InvalidAMIName.Duplicate", $"AMI name {request["Name"]} is already in use");
            case "RegisterImage" when Registrations.SnapshotsIn(request).Any(s => _snapshots.TryGetValue(s, out var at) && Now < at):
                return Bad("InvalidParameterValue", "Snapshot is in state pending");
            case "RegisterImage" when Registrations.SnapshotsIn(request).Find(_gone.ContainsKey) is { } gone:
                return Bad("InvalidSnapshot.NotFound", $"The snapshot '{gone}' does not exist.");
            case "CopyImage" when !_accounts.MayCopy(request, request["SourceImageId"]!, _images.GetValueOrDefault(request["SourceImageId"]!)):
                return Bad("InvalidAMIID.NotFound", $"The image id '[{request["SourceImageId"]}]' does not exist");
            case "RunInstances" when request["IamInstanceProfile.Name"] is { } profile && _identities.IsUnknownToEc2(profile, Now):
                return Bad("InvalidParameterValue", $"Value ({profile}) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name");
            case "DeregisterImage" when _images.TryGetValue(request["ImageId"]!, out var image) && image.Protected:
                return Bad("OperationNotPermitted", "deregistration protection is enabled");
            case "DeleteSnapshot" when _images.Values.Any(i => i.Snapshots.Contains(request["SnapshotId"]!)):
                return Bad("InvalidSnapshot.InUse", $"The snapshot {request["SnapshotId"]} is currently in use by an AMI");
            case "DeleteSecurityGroup" when _instances.Values.Any(i => i.Groups.Contains(request["GroupId"]!) && !(i.TerminatedAt <= Now)):
                return Bad("DependencyViolation", $"resource {request["GroupId"]} has a dependent object");
            case "StopInstances" when _instances.TryGetValue(request["InstanceId.1"] ?? "", out var instance) && (Now < instance.RunningAt || instance.TerminatedAt is not null):
                return Bad("IncorrectInstanceState", "This instance is not in a state from which it can be stopped.");
            case "CreateImage" when _instances.TryGetValue(request["InstanceId"] ?? "", out var source) && source.TerminatedAt is not null:
                return Bad("IncorrectInstanceState", "Instance is not in state 'running' or 'stopped'.");
            default:
                return null;
        }
    }

    private bool IsRepeated(AwsRequest request) => request["ClientToken"] is { } token && _tokens.ContainsKey($"{request.Region}/{request.Action}/{token}");

    private AwsAnswer Setting(AwsRequest request, Action<ImageState> set)
    {
        if (!_images.TryGetValue(request["ImageId"]!, out var image)) return Bad("InvalidAMIID.NotFound", $"The image id '[{request["ImageId"]}]' does not exist");
        set(image);
        return AwsAnswer.Return(request.Action);
    }

    private async Task<AwsAnswer> RunInstancesAsync(AwsRequest request)
    {
        request.TakeTags("network-interface");
        request.TakeTags("spot-instances-request");
        var volume = request.TakeTags("volume");
        var key = Enumerable.Range(1, 60).Select(i => (request[$"TagSpecification.1.Tag.{i}.Key"], request[$"TagSpecification.1.Tag.{i}.Value"]))
            .FirstOrDefault(t => t.Item1 == "imageoperator.dev/key").Item2 ?? "?";
        var windows = XElement.Parse((await _moto.SendAsync(request.Other("DescribeImages", ("ImageId.1", request["ImageId"]!)))).Body).Named("platform").Any(p => p.Value == "windows");
        if (windows && !Passwords.MayStart(request)) return Bad("UnsupportedOperation", "ED25519 key pairs are not supported with Windows AMIs.");
        var groups = request.List("SecurityGroupId").Concat(request.List("NetworkInterface.1.SecurityGroupId")).ToList();
        var answer = await _moto.SendAsync(request);
        if (!answer.Succeeded) return answer;
        var id = XElement.Parse(answer.Body).Named("instanceId").First().Value;
        _instances[id] = new() { Key = key, Groups = groups, RunningAt = Now + Timings.Start, HasProfile = request.List("IamInstanceProfile").Count > 0, PasswordData = windows ? Passwords.Make(request) : null };
        var made = XElement.Parse((await _moto.SendAsync(request.Other("DescribeInstances", ("InstanceId.1", id)))).Body);
        foreach (var disk in made.Named("volumeId")) await TagAsync(request, disk.Value, volume);
        _instances[id].Address = made.Named("privateIpAddress").First().Value;
        if (Host is not null) await Host.StartAsync(new(id, request["ImageId"]!, made.Named("privateIpAddress").First().Value, Decoded(request["UserData"]), _privateKeys.GetValueOrDefault(request["KeyName"] ?? "")));
        _instances[id].Volumes = [.. made.Named("volumeId").Select(v => v.Value)];
        _instances[id].Interfaces = [.. made.Named("networkInterfaceId").Select(n => n.Value).Distinct()];
        return answer;
    }

    // Empty until Windows has told it.
    private AwsAnswer GetPasswordData(AwsRequest request)
    {
        if (!_instances.TryGetValue(request["InstanceId"]!, out var instance) || instance.TerminatedAt is not null) return Bad("InvalidInstanceID.NotFound", $"The instance ID '{request["InstanceId"]}' does not exist");
        var data = Now < instance.RunningAt + Timings.Password ? "" : instance.PasswordData;
        return AwsAnswer.Of(request.Action, $"<instanceId>{request["InstanceId"]}</instanceId><timestamp>2026-01-31T12:00:00.000Z</timestamp><passwordData>{data}</passwordData>");
    }

    // An interface that was made with its instance goes with it.
    private async Task<AwsAnswer> TerminateInstancesAsync(AwsRequest request)
    {
        var answer = await _moto.SendAsync(request);
        if (!answer.Succeeded) return answer;
        foreach (var id in Host is null ? [] : request.List("InstanceId")) await Host!.StopAsync(id, ended: true);
        foreach (var instance in request.List("InstanceId").Select(id => _instances.GetValueOrDefault(id)).OfType<InstanceState>())
        {
            foreach (var part in instance.Volumes.Concat(instance.Interfaces)) _gone[part] = true;
            foreach (var network in instance.Interfaces) await _moto.SendAsync(request.Other("DeleteNetworkInterface", ("NetworkInterfaceId", network)));
        }

        return answer;
    }

    private async Task<AwsAnswer> StopInstancesAsync(AwsRequest request)
    {
        var answer = await _moto.SendAsync(request);
        foreach (var id in answer.Succeeded ? request.List("InstanceId") : []) await Host!.StopAsync(id, ended: false);
        return answer;
    }

    // Without machines that run there is something else that greets.
    private AgentState? AgentOf(string id) => _instances.TryGetValue(id, out var instance) && instance.HasProfile && Now >= instance.RunningAt + Timings.Agent
        ? new(instance.StoppedAt is null && instance.TerminatedAt is null, Host is null ? null : instance.Address)
        : null;

    private static string Decoded(string? userData) => userData is null ? "" : System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(userData));

    private async Task<AwsAnswer> MakeImageAsync(AwsRequest request)
    {
        var snapshotTags = request.TakeTags("snapshot");
        var imageTags = request.Action != "CreateImage" ? request.TakeTags("image") : [];
        // moto copies within an account only.
        var answer = request.Action == "CopyImage" && _accounts.IsOther(request)
            ? AwsAnswer.Of(request.Action, $"<imageId>{XElement.Parse((await _moto.SendAsync(request.Other("RegisterImage", ("Name", request["Name"]!)))).Body).Named("imageId").First().Value}</imageId>")
            : await _moto.SendAsync(request);
        if (!answer.Succeeded) return answer;
        var id = XElement.Parse(answer.Body).Named("imageId").First().Value;
        if (imageTags.Count > 0) await TagAsync(request, id, imageTags);
        var snapshots = XElement.Parse((await _moto.SendAsync(request.Other("DescribeImages", ("ImageId.1", id)))).Body).Named("snapshotId").Select(s => s.Value).Where(s => s.Length > 0).Distinct().ToList();
        if (request.Action == "RegisterImage") snapshots = [.. _registrations.Add(id, request, snapshots)];
        foreach (var snapshot in snapshots) await TagAsync(request, snapshot, snapshotTags);
        if ((request["InstanceId"] ?? request["SourceImageId"]) is { } from) Host?.Capture(from, id);
        _images[id] = new()
        {
            Region = _accounts.PlaceOf(request),
            Name = request["Name"]!,
            ReadyAt = request.Action == "RegisterImage" ? Now : Now + Timings.Image,
            Snapshots = snapshots,
            Encrypted = request["Encrypted"] == "true",
            KmsKeyId = request["KmsKeyId"],
        };
        return answer;
    }

    // moto does not know this filter.
    private async Task<AwsAnswer> DescribeImagesAsync(AwsRequest request)
    {
        var wanted = request["Filter.1.Name"] == "block-device-mapping.snapshot-id" ? request["Filter.1.Value.1"] : null;
        if (wanted is not null) request.Form.RemoveAll(p => p.Key.StartsWith("Filter.1.", StringComparison.Ordinal));
        var answer = await _moto.SendAsync(request);
        return !answer.Succeeded ? answer : answer.Change(x =>
        {
            foreach (var item in x.Named("imagesSet").Elements().Where(i => wanted is not null && !(_images.TryGetValue(i.Text("imageId") ?? "", out var image) && image.Snapshots.Contains(wanted))).ToList()) item.Remove();
            ShowImages(x);
            _deregistrations.Show(request, _accounts.PlaceOf(request), x, Now, Timings.Visible);
        });
    }

    private async Task<AwsAnswer> DeregisterImageAsync(AwsRequest request)
    {
        var shown = await DescribeImagesAsync(request.Other("DescribeImages", ("ImageId.1", request["ImageId"]!)));
        var answer = await _moto.SendAsync(request);
        if (!answer.Succeeded) return answer;
        _deregistrations.Add(_accounts.PlaceOf(request), XElement.Parse(shown.Body).Named("imagesSet").Elements().First(), Now);
        // Those that moto made of its own accord.
        foreach (var snapshot in _registrations.Remove(request["ImageId"]!))
        {
            await _moto.SendAsync(request.Other("DeleteSnapshot", ("SnapshotId", snapshot)));
            _gone[snapshot] = true;
        }

        return answer;
    }

    private async Task TagAsync(AwsRequest request, string id, IReadOnlyList<(string Key, string Value)> tags)
    {
        if (tags.Count == 0) return;
        var parameters = tags.SelectMany((t, i) => new[] { ($"Tag.{i + 1}.Key", t.Key), ($"Tag.{i + 1}.Value", t.Value) });
        var answer = await _moto.SendAsync(request.Other("CreateTags", [("ResourceId.1", id), .. parameters]));
        Assert.True(answer.Succeeded, answer.Body);
    }

    /// <summary>Notes what the call has changed.</summary>
    private void Note(AwsRequest request, AwsAnswer answer)
    {
        if (Makers.Contains(request.Action))
        {
            var made = XElement.Parse(answer.Body);
            foreach (var name in new[] { "instanceId", "groupId", "imageId", "keyName" })
            {
                if (made.Named(name).FirstOrDefault(e => name is not "imageId" || request.Action is "CreateImage" or "CopyImage" or "RegisterImage")?.Value is { Length: > 0 } id
                    && (name != "groupId" || request.Action == "CreateSecurityGroup") && (name != "keyName" || request.Action == "ImportKeyPair"))
                {
                    _visible[id] = Now + Timings.Visible;
                }
            }
        }

        foreach (var id in request.List("InstanceId"))
        {
            if (!_instances.TryGetValue(id, out var instance)) continue;
            if (request.Action == "StopInstances") instance.StoppedAt ??= Now + Timings.Stop;
            if (request.Action == "TerminateInstances") instance.TerminatedAt ??= Now + Timings.Terminate;
        }

        foreach (var snapshot in request.Action == "CreateSnapshots" ? XElement.Parse(answer.Body).Named("snapshotId").Select(s => s.Value) : [])
        {
            _visible[snapshot] = Now + Timings.Visible;
            _snapshots[snapshot] = Now + Timings.Image;
        }

        _accounts.Note(request, answer);
        if (request.Action == "CreateKeyPair") _privateKeys[request["KeyName"]!] = XElement.Parse(answer.Body).Named("keyMaterial").First().Value;
        if (request.Action == "ImportKeyPair") Passwords.Note(request);
        if (request.Action == "ImportKeyPair") _keyPairs[$"{request.Region}/{request["KeyName"]}"] = XElement.Parse(answer.Body).Named("keyPairId").First().Value;
        if (request.Action == "DeleteKeyPair" && _keyPairs.TryGetValue($"{request.Region}/{request["KeyName"]}", out var pair)) _gone[pair] = true;
        foreach (var name in request.Action switch { "DeleteSecurityGroup" => ["GroupId"], "DeleteSnapshot" => ["SnapshotId"], "DeleteVolume" => ["VolumeId"], "DeregisterImage" => ["ImageId"], _ => Array.Empty<string>() })
        {
            if (request[name] is { } gone) _gone[gone] = true;
        }

        if (request.Action == "DeregisterImage") _images.TryRemove(request["ImageId"]!, out _);
    }

    /// <summary>Shows moto's answer as AWS would at this time.</summary>
    private AwsAnswer Show(AwsRequest request, AwsAnswer answer) => request.Action switch
    {
        "DescribeInstances" => answer.Change(ShowInstances),
        "DescribeTags" => answer.Change(x =>
        {
            Hide(x, "resourceId");
            foreach (var item in x.Named("item").Where(i => _gone.ContainsKey(i.Text("resourceId") ?? "")).ToList()) item.Remove();
        }),
        "DescribeSecurityGroups" => answer.Change(x => Hide(x, "groupId")),
        "DescribeSnapshots" => answer.Change(x =>
        {
            Hide(x, "snapshotId");
            foreach (var item in x.Named("snapshotSet").Elements().Where(i => _snapshots.TryGetValue(i.Text("snapshotId") ?? "", out var at) && Now < at)) item.Set("status", "pending");
            foreach (var item in x.Named("snapshotSet").Elements())
            {
                if (_images.Values.FirstOrDefault(i => i.Snapshots.Contains(item.Text("snapshotId")!))?.KmsKeyId is not { } kms) continue;
                item.Set("encrypted", "true");
                item.Set("kmsKeyId", kms);
            }
        }),
        _ => answer,
    };

    private void ShowInstances(XElement answer)
    {
        Hide(answer, "instanceId");
        foreach (var item in answer.Named("instancesSet").Elements().ToList())
        {
            if (!_instances.TryGetValue(item.Text("instanceId") ?? "", out var instance)) continue;
            var (code, name) = Now switch
            {
                var now when instance.TerminatedAt is { } end => now < end ? ("32", "shutting-down") : ("48", "terminated"),
                var now when instance.StoppedAt is { } stop => now < stop ? ("64", "stopping") : ("80", "stopped"),
                var now => now < instance.RunningAt ? ("0", "pending") : ("16", "running"),
            };
            var state = item.Child("instanceState")!;
            state.Set("code", code);
            state.Set("name", name);
        }
    }

    private void ShowImages(XElement answer)
    {
        Hide(answer, "imageId");
        foreach (var item in answer.Named("imagesSet").Elements().ToList())
        {
            if (!_images.TryGetValue(item.Text("imageId") ?? "", out var image)) continue;
            _registrations.Show(item);
            item.Set("imageState", Now < image.ReadyAt ? "pending" : "available");
            if (image.DeprecateAt is { } deprecation) item.Set("deprecationTime", deprecation);
            item.Set("deregistrationProtection", image.Protected ? "enabled-without-cooldown" : "disabled");
            foreach (var ebs in item.Named("ebs").ToList())
            {
                if (!image.Encrypted) continue;
                ebs.Set("encrypted", "true");
                if (image.KmsKeyId is { } kms) ebs.Set("kmsKeyId", kms);
            }
        }
    }

    // The outermost items: those of lists within them have other IDs.
    private void Hide(XElement answer, string idName)
    {
        foreach (var item in answer.Named("item").Where(i => i.Text(idName) is { } id && _visible.TryGetValue(id, out var at) && Now < at).ToList())
        {
            if (item.Parent is not null && item.Parent.Name.LocalName is not ("groupSet" or "ipPermissions")) item.Remove();
        }
    }

    private static AwsAnswer Bad(string code, string message) => AwsAnswer.Error("ec2", HttpStatusCode.BadRequest, code, message);
}
