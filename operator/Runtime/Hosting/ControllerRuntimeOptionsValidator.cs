using Microsoft.Extensions.Options;

namespace ImageOperator.Runtime.Hosting;

internal sealed class ControllerRuntimeOptionsValidator : IValidateOptions<ControllerRuntimeOptions>
{
    public ValidateOptionsResult Validate(string? name, ControllerRuntimeOptions options)
    {
        List<string> gaps = [];
        Require(options.Name.Length > 0, $"{nameof(options.Name)} is required");
        Require(options.KubeconfigPath is null || File.Exists(options.KubeconfigPath), $"{nameof(options.KubeconfigPath)}: no file {options.KubeconfigPath}");
        Require(options.RequestTimeout > TimeSpan.Zero, $"{nameof(options.RequestTimeout)} must be positive");
        Require(options.DrainTimeout >= TimeSpan.Zero, $"{nameof(options.DrainTimeout)} must not be negative");
        var election = options.LeaderElection;
        if (election.Enabled)
        {
            Require(election.LeaseName.Length > 0, "LeaderElection.LeaseName is required");
            Require(election.Namespace.Length > 0, "LeaderElection.Namespace is required");
            Require(election.RetryPeriod > TimeSpan.Zero, "LeaderElection.RetryPeriod must be positive");
            Require(election.RenewDeadline > election.RetryPeriod * 1.2, "LeaderElection.RenewDeadline must be longer than 1.2 RetryPeriod");
            Require(election.LeaseDuration > election.RenewDeadline, "LeaderElection.LeaseDuration must be longer than RenewDeadline");
        }

        return gaps.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(gaps);

        void Require(bool holds, string gap)
        {
            if (!holds)
            {
                gaps.Add(gap);
            }
        }
    }
}
