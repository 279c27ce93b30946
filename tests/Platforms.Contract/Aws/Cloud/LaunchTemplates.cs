using System.Globalization;
using System.Net;

namespace ImageOperator.Platforms.Contract.Tests.Aws.Cloud;

/// <summary>Launch templates of one region: their versions and defaults.</summary>
internal sealed class LaunchTemplates
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Template> _templates = [];

    public string Add(string image)
    {
        var id = $"lt-{Guid.NewGuid().ToString("n")[..17]}";
        _templates[id] = new() { Versions = { [1] = image } };
        return id;
    }

    /// <summary>One line for each version.</summary>
    public IReadOnlyList<string> List()
    {
        lock (_lock) return [.. _templates.SelectMany(t => t.Value.Versions.Select(v => Line(t.Key, v.Value, v.Key == t.Value.Default)))];
    }

    public static string Line(string id, string image, bool isDefault) => $"{id} {image}{(isDefault ? " default" : "")}";

    /// <summary>Puts a template back to its first version.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            foreach (var template in _templates.Values)
            {
                foreach (var version in template.Versions.Keys.Where(v => v > 1).ToList()) template.Versions.Remove(version);
                (template.Default, template.Last) = (1, 1);
            }
        }
    }

    public AwsAnswer Answer(AwsRequest request)
    {
        lock (_lock)
        {
            var id = request["LaunchTemplateId"] ?? request["LaunchTemplateId.1"] ?? "";
            return _templates.TryGetValue(id, out var template)
                ? Answer(request, id, template)
                : Error("InvalidLaunchTemplateId.NotFound", $"The specified launch template, with template ID {id}, does not exist.");
        }
    }

    private static AwsAnswer Answer(AwsRequest request, string id, Template template)
    {
        switch (request.Action)
        {
            case "CreateLaunchTemplateVersion":
                var made = ++template.Last;
                template.Versions[made] = request["LaunchTemplateData.ImageId"]!;
                return AwsAnswer.Of(request.Action, $"<launchTemplateVersion>{Version(id, template, made)}</launchTemplateVersion>");
            case "ModifyLaunchTemplate":
                var wanted = Number(request["SetDefaultVersion"] ?? request["DefaultVersion"]);
                if (!template.Versions.ContainsKey(wanted)) return Error("InvalidLaunchTemplateId.VersionNotFound", "no such version");
                template.Default = wanted;
                return AwsAnswer.Of(request.Action, $"<launchTemplate>{Describe(id, template)}</launchTemplate>");
            case "DeleteLaunchTemplateVersions":
                var version = Number(request["LaunchTemplateVersion.1"]);
                if (template.Default == version) return Error("InvalidParameterValue", "the default version cannot be deleted");
                template.Versions.Remove(version);
                return AwsAnswer.Of(request.Action, $"<successfullyDeletedLaunchTemplateVersionSet><item><launchTemplateId>{id}</launchTemplateId><versionNumber>{version}</versionNumber></item></successfullyDeletedLaunchTemplateVersionSet>");
            case "DescribeLaunchTemplates":
                return AwsAnswer.Of(request.Action, $"<launchTemplates><item>{Describe(id, template)}</item></launchTemplates>");
            default:
                var image = request["Filter.1.Value.1"];
                var items = template.Versions.Where(v => v.Value == image).Select(v => $"<item>{Version(id, template, v.Key)}</item>");
                return AwsAnswer.Of(request.Action, $"<launchTemplateVersionSet>{string.Concat(items)}</launchTemplateVersionSet>");
        }
    }

    private static string Describe(string id, Template template) =>
        $"<launchTemplateId>{id}</launchTemplateId><defaultVersionNumber>{template.Default}</defaultVersionNumber><latestVersionNumber>{template.Versions.Keys.Max()}</latestVersionNumber>";

    private static string Version(string id, Template template, int number) =>
        $"<launchTemplateId>{id}</launchTemplateId><versionNumber>{number}</versionNumber><launchTemplateData><imageId>{template.Versions[number]}</imageId></launchTemplateData>";

    private static int Number(string? text) => int.Parse(text ?? "0", CultureInfo.InvariantCulture);

    private static AwsAnswer Error(string code, string message) => AwsAnswer.Error("ec2", HttpStatusCode.BadRequest, code, message);

    private sealed class Template
    {
        public SortedDictionary<int, string> Versions { get; } = [];

        public int Default { get; set; } = 1;

        public int Last { get; set; } = 1;
    }
}
