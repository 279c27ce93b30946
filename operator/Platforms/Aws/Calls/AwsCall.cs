using ImageOperator.Engine.Clouds;

namespace ImageOperator.Platforms.Aws.Calls;

/// <summary>One call to AWS, over all its tries.</summary>
/// <param name="Service">The service as in IAM's actions: <c>ec2</c>.</param>
/// <param name="Action">The action.</param>
/// <param name="Reason">The reason of its failure where its kind does not say it.</param>
internal sealed record AwsCall(string Service, string Action, string Reason) : CloudCall(Reason)
{
    public override string System => Service;

    public override string Operation => Action;

    public override string Name => $"{Service}:{Action}";

    /// <summary>Names an instance profile that was made a moment ago, which EC2 may not know yet.</summary>
    public bool OfNewProfile { get; init; }

    public static AwsCall Ec2(string action, string reason) => new("ec2", action, reason);

    public static AwsCall Iam(string action, string reason) => new("iam", action, reason);

    public static AwsCall Kms(string action, string reason) => new("kms", action, reason);

    public static AwsCall Ssm(string action, string reason) => new("ssm", action, reason);

    /// <summary>Of the service that passes messages between agents and clients.</summary>
    public static AwsCall SsmMessages(string action, string reason) => new("ssmmessages", action, reason);
}
