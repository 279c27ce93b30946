using ImageOperator.Api.Provisioners;

namespace ImageOperator.Provisioners.Ansible;

/// <summary>The arguments of ansible-playbook that both ways of running it have in common.</summary>
internal static class PlaybookCommand
{
    /// <param name="spec">The step.</param>
    /// <param name="extraVars">The file of its variables; null if there are none.</param>
    /// <param name="vaults">The file of the password of each vault ID.</param>
    /// <param name="files">Where a file of the workspace is for Ansible.</param>
    public static IEnumerable<string> Arguments(AnsibleRun spec, string? extraVars, IEnumerable<(string Id, string File)> vaults, Func<string, string> files)
    {
        foreach (var file in spec.ExtraVarsFiles) yield return $"--extra-vars=@{files(file)}";
        if (extraVars is not null) yield return $"--extra-vars=@{extraVars}";
        foreach (var (id, file) in vaults) yield return $"--vault-id={id}@{file}";
        if (spec.Tags.Count > 0) yield return $"--tags={string.Join(',', spec.Tags)}";
        if (spec.SkipTags.Count > 0) yield return $"--skip-tags={string.Join(',', spec.SkipTags)}";
        if (spec.Become)
        {
            yield return "--become";
            yield return $"--become-user={spec.BecomeUser}";
        }

        if (spec.CheckMode)
        {
            yield return "--check";
            yield return "--diff";
        }

        if (spec.Verbosity > 0) yield return $"-{new string('v', spec.Verbosity)}";
        foreach (var argument in spec.Arguments) yield return argument;
        yield return files(spec.Playbook);
    }

    /// <summary>The settings that both have in common.</summary>
    public static Dictionary<string, string> Environment(string plugins, string home, TaskLog log) => new()
    {
        ["IMAGEOPERATOR_MARK"] = log.Mark,
        ["ANSIBLE_CALLBACK_PLUGINS"] = plugins + "/callback",
        ["ANSIBLE_STDOUT_CALLBACK"] = "imageoperator",
        ["ANSIBLE_LOCAL_TEMP"] = home + "/tmp",
        ["ANSIBLE_HOME"] = home,
        ["ANSIBLE_RETRY_FILES_ENABLED"] = "False",
        ["ANSIBLE_NOCOLOR"] = "True",
        ["ANSIBLE_DEPRECATION_WARNINGS"] = "False",
        ["PYTHONUNBUFFERED"] = "1",
        ["PYTHONDONTWRITEBYTECODE"] = "1",
        ["LC_ALL"] = "C.UTF-8",
    };
}
