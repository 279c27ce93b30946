using ImageOperator.Api.ImageTemplates;
using ImageOperator.Api.Targets;
using ImageOperator.Api.Targets.Aws;

namespace ImageOperator.Api.Validation;

/// <summary>The rules of SSH settings that a structure does not say: the CRD has them in CEL.</summary>
internal static class SshRules
{
    public static void Check(ErrorList errors, Communicator communicator, string path)
    {
        errors.Require(communicator.Ssh is not null, $"{path}.ssh", "a communicator is missing: set communicator.ssh");
        if (communicator.Ssh is not { } ssh) return;
        var at = $"{path}.ssh";
        DurationRules.Positive(errors, ssh.Timeout, $"{at}.timeout");
        DurationRules.Positive(errors, ssh.KeepAliveInterval, $"{at}.keepAliveInterval");
        DurationRules.Positive(errors, ssh.CloudInit?.Timeout, $"{at}.cloudInit.timeout");
        Login(errors, ssh.PrivateKey, ssh.Passphrase, ssh.Certificate, at);
        errors.Require(ssh.Proxy is not { Password: not null, Username: null }, $"{at}.proxy.username", SshRuleTexts.ProxyUser);
        for (var i = 0; i < ssh.Bastions.Count; i++)
        {
            var bastion = ssh.Bastions[i];
            Login(errors, bastion.PrivateKey, bastion.Passphrase, bastion.Certificate, $"{at}.bastions[{i}]");
            errors.Require(bastion.PrivateKey is not null || bastion.Password is not null, $"{at}.bastions[{i}].privateKey", SshRuleTexts.BastionLogin);
        }
    }

    /// <summary>A tunnel leads to the machine itself: there is nothing on the way.</summary>
    public static void CheckTunnel(ErrorList errors, Communicator communicator, Target target, string path)
    {
        if (target.Aws?.Network?.Address != AwsAddress.SessionManager || communicator.Ssh is not { } ssh) return;
        errors.Require(
            ssh.Bastions.Count == 0 && ssh.Proxy is null, $"{path}.aws.network.address", "Session Manager leads to the machine itself: remove communicator.ssh.bastions and .proxy, or choose another address");
    }

    private static void Login(ErrorList errors, SecretValue? privateKey, SecretValue? passphrase, SecretValue? certificate, string path)
    {
        errors.Require(passphrase is null || privateKey is not null, $"{path}.passphrase", SshRuleTexts.Passphrase);
        errors.Require(certificate is null || privateKey is not null, $"{path}.certificate", SshRuleTexts.Certificate);
    }
}
