namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>What a call is about: none of it may be so new that AWS does not find it yet.</summary>
internal static class Subjects
{
    public static IEnumerable<string> Of(AwsRequest request) => request.Action switch
    {
        "RunInstances" => request.List("SecurityGroupId").Concat(request.List("NetworkInterface.1.SecurityGroupId")).Append(request["KeyName"] ?? "").Append(request["ImageId"] ?? ""),
        "DescribeInstances" or "StopInstances" or "TerminateInstances" => request.List("InstanceId"),
        "GetPasswordData" => [request["InstanceId"] ?? ""],
        "DescribeImages" => request.List("ImageId"),
        "DescribeSnapshots" => request.List("SnapshotId"),
        "RegisterImage" => Registrations.SnapshotsIn(request),
        "DeregisterImage" or "ModifyImageAttribute" or "EnableImageDeprecation" or "EnableImageDeregistrationProtection" => [request["ImageId"] ?? ""],
        "AuthorizeSecurityGroupIngress" or "DeleteSecurityGroup" => [request["GroupId"] ?? ""],
        _ => [],
    };

    public static string NotFoundCode(string id) => id.Split('-')[0] switch
    {
        "i" => "InvalidInstanceID.NotFound",
        "ami" => "InvalidAMIID.NotFound",
        "sg" => "InvalidGroup.NotFound",
        "snap" => "InvalidSnapshot.NotFound",
        _ => "InvalidKeyPair.NotFound",
    };
}
