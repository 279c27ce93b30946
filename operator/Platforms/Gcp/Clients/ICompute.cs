namespace ImageOperator.Platforms.Gcp.Clients;

/// <summary>
/// What builds call of Compute Engine v1. One call each: no tries, no waits. Failures are <see cref="Calls.GcpException"/>s, or the connection's. With Google's own
/// client library another class stands behind it.
/// </summary>
internal interface ICompute : IDisposable
{
    Task<GceProject> GetProjectAsync(string project, CancellationToken cancellationToken);

    Task<GceImage> GetImageAsync(GcpLink image, CancellationToken cancellationToken);

    /// <summary>The family's newest image that is not deprecated.</summary>
    Task<GceImage> GetImageFromFamilyAsync(string project, string family, CancellationToken cancellationToken);

    /// <param name="project">The project.</param>
    /// <param name="filter">In the API's filter language.</param>
    /// <param name="pageToken">That of the page before.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<GceList<GceImage>> ListImagesAsync(string project, string filter, string? pageToken, CancellationToken cancellationToken);

    Task<GceOperation> InsertImageAsync(string project, GceImage image, string requestId, CancellationToken cancellationToken);

    Task<GceOperation> DeleteImageAsync(GcpLink image, string requestId, CancellationToken cancellationToken);

    /// <summary>Changes family or description; what is null stays.</summary>
    Task<GceOperation> PatchImageAsync(GcpLink image, GceImage change, string requestId, CancellationToken cancellationToken);

    Task<GceOperation> DeprecateImageAsync(GcpLink image, GceDeprecation status, string requestId, CancellationToken cancellationToken);

    Task<GceOperation> SetImageLabelsAsync(GcpLink image, GceLabels labels, CancellationToken cancellationToken);

    Task<GcePolicy> GetImagePolicyAsync(GcpLink image, CancellationToken cancellationToken);

    Task<GcePolicy> SetImagePolicyAsync(GcpLink image, GcePolicy policy, CancellationToken cancellationToken);

    Task<GceInstance> GetInstanceAsync(GcpLink instance, CancellationToken cancellationToken);

    /// <summary>All zones' instances that match.</summary>
    Task<GceAggregate<GceInstances>> ListInstancesAsync(string project, string filter, string? pageToken, CancellationToken cancellationToken);

    Task<GceOperation> InsertInstanceAsync(string project, string zone, GceInstance instance, string requestId, CancellationToken cancellationToken);

    Task<GceOperation> StopInstanceAsync(GcpLink instance, string requestId, CancellationToken cancellationToken);

    Task<GceOperation> DeleteInstanceAsync(GcpLink instance, string requestId, CancellationToken cancellationToken);

    Task<GceSerialOutput> GetSerialOutputAsync(GcpLink instance, CancellationToken cancellationToken);

    /// <param name="instance">The instance.</param>
    /// <param name="queryPath">A namespace with a slash, or a key below it.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<GceGuestAttributes> GetGuestAttributesAsync(GcpLink instance, string queryPath, CancellationToken cancellationToken);

    /// <summary>All zones' disks that match.</summary>
    Task<GceAggregate<GceDisks>> ListDisksAsync(string project, string filter, string? pageToken, CancellationToken cancellationToken);

    Task<GceOperation> InsertDiskAsync(string project, string zone, GceDisk disk, string requestId, CancellationToken cancellationToken);

    Task<GceOperation> AttachDiskAsync(GcpLink instance, GceAttachedDisk disk, string requestId, CancellationToken cancellationToken);

    Task<GceDisk> GetDiskAsync(GcpLink disk, CancellationToken cancellationToken);

    Task<GceOperation> DeleteDiskAsync(GcpLink disk, string requestId, CancellationToken cancellationToken);

    /// <param name="project">The project.</param>
    /// <param name="zone">The zone; null: a global operation.</param>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<GceOperation> GetOperationAsync(string project, string? zone, string name, CancellationToken cancellationToken);
}
