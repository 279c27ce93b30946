namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>Access to snapshots and disks by an address with a signature.</summary>
internal sealed class AccessRules(ArmCloud cloud)
{
    /// <summary>Where managed disks lie: accounts of Azure's own.</summary>
    public const string Host = "md-1.blob.storage.azure.net";

    public static bool IsOpen(ArmThing thing) => thing.Signature is not null;

    public ArmAnswer Post(ArmRequest request, ArmThing thing, ArmFault? fault)
    {
        if (thing.Type is not (ResourceRules.Snapshot or ResourceRules.Disk)) return ArmAnswer.Error(400, "BadRequest", $"{thing.Type} has no {request.Verb}");
        if (thing.State != "Succeeded" || thing.Busy is { IsDone: false }) return ArmAnswer.Error(409, "Conflict", $"Another operation is in progress on {thing.Name}.", ("Retry-After", "5"));
        var begins = request.Verb == "beginGetAccess";
        if (begins && (request.Body?["access"]?.GetValue<string>() != "Read" || request.Body["durationInSeconds"]?.GetValue<int>() is not >= 60)) return ArmAnswer.Error(400, "InvalidParameter", "Required parameter 'durationInSeconds' is missing or invalid.");
        if (begins && IsOpen(thing)) return ArmAnswer.Error(409, "OperationNotAllowed", $"There is an active shared access signature outstanding for disk {thing.Name}.");
        ArmOperationState? begun = null;
        begun = cloud.Begin(thing, cloud.Timings.Access, fault, () =>
        {
            if (fault?.OfOperation is not null) return Task.CompletedTask;
            thing.Signature = begins ? $"s3cret{cloud.NextNumber()}%3D" : null;
            thing.Properties["diskState"] = begins ? "ActiveSAS" : "Unattached";
            if (begins) begun!.Result = new() { ["accessSAS"] = cloud.Storage?.Disk ?? $"https://{Host}/{thing.UniqueId}/abcd?sv=2018-03-28&sr=b&sig={thing.Signature}" };
            return Task.CompletedTask;
        });
        var polling = ResourceRules.Polling(thing.Type, thing.Body, begun);
        return new(202, null, ("Azure-AsyncOperation", polling), ("Location", $"{polling}&monitor=true"), ("Retry-After", "3"));
    }
}
