namespace ImageOperator.Platforms.Contract.Tests.Azure.Cloud;

/// <summary>The versions of the API that each kind of resource has (of those that there are, some), and what a version does not know yet.</summary>
internal static class ApiVersions
{
    private static readonly Dictionary<string, string[]> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [ResourceRules.Machine] = ["2022-11-01", "2023-03-01", "2023-07-01", "2023-09-01", "2024-03-01", "2024-07-01"],
        [ResourceRules.Image] = ["2022-11-01", "2023-03-01", "2023-07-01", "2023-09-01", "2024-03-01", "2024-07-01"],
        [ResourceRules.Disk] = ["2022-07-02", "2023-01-02", "2023-04-02", "2023-10-02", "2024-03-02"],
        [ResourceRules.Snapshot] = ["2022-07-02", "2023-01-02", "2023-04-02", "2023-10-02", "2024-03-02"],
        [ResourceRules.Gallery] = ["2022-03-03", "2022-08-03", "2023-07-03", "2024-03-03"],
        [ResourceRules.Definition] = ["2022-03-03", "2022-08-03", "2023-07-03", "2024-03-03"],
        [ResourceRules.Version] = ["2022-03-03", "2022-08-03", "2023-07-03", "2024-03-03"],
        [ResourceRules.Interface] = ["2022-11-01", "2023-05-01", "2023-09-01", "2023-11-01", "2024-01-01"],
        [ResourceRules.Address] = ["2022-11-01", "2023-05-01", "2023-09-01", "2023-11-01", "2024-01-01"],
        [ResourceRules.SecurityGroup] = ["2022-11-01", "2023-05-01", "2023-09-01", "2023-11-01", "2024-01-01"],
        [ResourceRules.Network] = ["2022-11-01", "2023-05-01", "2023-09-01", "2023-11-01", "2024-01-01"],
    };

    private const string BlocksDeletion = "2024-03-03";

    /// <summary>A version that the type has; any for types of which nothing is known.</summary>
    public static string Newest(string type) => Known.TryGetValue(type, out var versions) ? versions[^1] : "2021-04-01";

    public static ArmAnswer? Refuse(ArmRequest request)
    {
        var version = request.Query["api-version"];
        if (!Known.TryGetValue(request.Type, out var versions)) return null;
        if (!versions.Contains(version))
        {
            return ArmAnswer.Error(400, "NoRegisteredProviderFound", $"No registered resource provider found for location and API version '{version}' for type '{request.Type}'. The supported api-versions are '{string.Join(", ", versions)}'.");
        }

        return request.Type == ResourceRules.Version && request.Body?["properties"]?["safetyProfile"]?["blockDeletionBeforeEndOfLife"] is not null && string.CompareOrdinal(version, BlocksDeletion) < 0
            ? ArmAnswer.Error(400, "BadRequest", "Could not find member 'blockDeletionBeforeEndOfLife' on object of type 'GalleryImageVersionSafetyProfile'.")
            : null;
    }
}
