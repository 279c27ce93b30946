using ImageOperator.Api.ImageBuilds;
using ImageOperator.Api.Targets;
using ImageOperator.Engine.Ports;

namespace ImageOperator.Platforms.Contract.Tests.Suite;

/// <summary>A platform with an account (or a machine) of its own, as the contract sees it.</summary>
internal abstract class Site : IAsyncDisposable
{
    /// <summary>The platform's name.</summary>
    public abstract string Name { get; }

    /// <summary>The clock of the account and of the processes that work in it.</summary>
    public abstract TimeProvider Time { get; }

    /// <summary>What is built.</summary>
    public abstract Target Target { get; }

    /// <summary>How many artifacts a build has.</summary>
    public abstract int Artifacts { get; }

    /// <summary>Begins a case: nothing of the last one has any effect on it.</summary>
    public abstract Task BeginAsync();

    /// <summary>The platform as a process has it: each call to the outside passes through the process.</summary>
    public abstract IPlatformFactory Platform(Process process);

    /// <summary>The ImagePlatform that the target refers to.</summary>
    public PlatformAccess? Access { get; set; }

    public abstract BuildFolders Folders { get; }

    /// <summary>Waits until a machine's guest does what is asked of it.</summary>
    public virtual Task WaitForGuestAsync(IMachine machine, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A guest is told a command, where no guest really runs it.</summary>
    public virtual Task HearAsync(IMachine machine, string line) => Task.CompletedTask;

    /// <summary>Everything that there is, one line each: what a build leaves is what is here and was not before.</summary>
    public abstract Task<IReadOnlyList<string>> ListAsync();

    /// <summary>Asserts that the artifacts are there, as the target wants them, and nothing else that was not there before.</summary>
    public abstract Task AssertResultsAsync(IReadOnlyList<Artifact> artifacts, IReadOnlyList<string> before);

    /// <summary>Removes a build's results, as who owns them would.</summary>
    public abstract Task RemoveResultsAsync();

    /// <summary>How many machines to be provisioned were ever made in this case.</summary>
    public abstract int BuildMachines { get; }

    /// <summary>Lets time pass until the work has ended, or its processes were killed.</summary>
    public abstract Task RunAsync(Task work, params Process[] processes);

    public abstract ValueTask DisposeAsync();
}
