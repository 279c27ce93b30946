using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Protocol;
using ImageOperator.Engine.Tests.Doubles;

namespace ImageOperator.Engine.Tests.Inputs;

/// <summary>Results of earlier builds.</summary>
internal static class Results
{
    public const string Image = "image-of-an-earlier-build";

    /// <summary>What a scenario's inputs are, told by the engine itself.</summary>
    public static async Task<TargetStatus> PlanAsync(Scenario like)
    {
        var plan = new Scenario { Template = like.Template, Parameters = like.Parameters, Workspace = like.Workspace, Salt = like.Salt, Secrets = like.Secrets, PlanOnly = true };
        plan.World.SourceDigest = like.World.SourceDigest;
        return (await plan.RunAsync()).Status;
    }

    /// <summary>A result of the same inputs as the scenario's, whose image is still there.</summary>
    public static async Task<EarlierResult> SameAsync(Scenario scenario, string build = "earlier", bool gone = false)
    {
        var result = await OfAsync(scenario, build);
        if (!gone) scenario.World.Earlier.Add(Image);
        return result;
    }

    /// <summary>A result of another scenario's inputs.</summary>
    public static async Task<EarlierResult> OfAsync(Scenario scenario, string build = "earlier")
    {
        var status = await PlanAsync(scenario);
        return new() { Build = build, InputsDigest = status.InputsDigest!, Inputs = status.Inputs, Artifacts = [new() { Type = "fake", Id = Image }] };
    }
}
