using System.CommandLine;
using ImageOperator.Cli.Hosting;

namespace ImageOperator.Cli.Resume;

/// <summary><c>imagectl resume</c>: its options.</summary>
internal static class ResumeCommand
{
    private const string Examples = """
        Examples:
          imagectl resume web
          imagectl resume web -n images --target lab
          imagectl resume web --stop

        A build of that name that runs on this machine is taken, else the ImageBuild of the cluster; --namespace, --kubeconfig
        or --context mean the cluster in any case. Without --step it is the breakpoint at which the build is held now. With
        --step it may be one that it has not come to yet.

        Exit code: 0 said, 1 there is no such build or it is not held, 2 the command line is wrong.
        """;

    public static (Command Command, string Examples) Create(CliContext context)
    {
        var build = new Argument<string>("BUILD") { Description = "The build's name." };
        var target = new Option<string?>("--target") { Description = "Only this target; else all that are held.", HelpName = "TARGET" };
        var step = new Option<string?>("--step") { Description = "The breakpoint's name; else the one at which it is held.", HelpName = "STEP" };
        var stop = new Option<bool>("--stop") { Description = "End the build as failed instead." };
        var state = CommonOptions.StateFolder(context);
        var where = new ClusterOptions();
        step.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>()?.IndexOfAny(['/', ',', '=', '\n']) >= 0) result.AddError("--step must be the name of a step");
        });
        var command = new Command("resume", "Lets a build go on that is held at a breakpoint.") { build, target, step, stop, state, where.Namespace, where.Kubeconfig, where.Context };
        command.SetAction((parsed, cancellationToken) => new ResumeAction(
            context,
            new(parsed.GetRequiredValue(build), parsed.GetValue(target), parsed.GetValue(step), parsed.GetValue(stop)),
            Path.GetFullPath(parsed.GetRequiredValue(state)),
            where.Of(parsed)).RunAsync(cancellationToken));
        return (command, Examples);
    }
}
