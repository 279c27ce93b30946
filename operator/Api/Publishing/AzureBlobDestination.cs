using ImageOperator.Api.Common;
using ImageOperator.Api.Schema;

namespace ImageOperator.Api.Publishing;

/// <summary>
/// A container of Azure Blob Storage. A fixed VHD becomes a page blob, of which managed disks can be made, and only what is not zero is sent; every other
/// file becomes a block blob. Uploads go on where an earlier attempt ended.
/// </summary>
[CelRule("has(self.account) || has(self.endpoint) || has(self.secretRef)", NeedsAccount, FieldPath = ".account")]
public sealed record AzureBlobDestination
{
    internal const string NeedsAccount = "set account, or endpoint, or secretRef to a Secret with a connectionString, which names them";

    /// <summary>The storage account. Unset: that of the endpoint, or of the connection string.</summary>
    [Bounds(Min = 3, Max = 64)]
    [Pattern("^([a-z0-9]|\\$\\([^$]+\\))+$")]
    public string? Account { get; init; }

    /// <summary>The container; it must be there.</summary>
    [Bounds(Min = 3, Max = 255)]
    [Pattern("^([a-z0-9-]|\\$\\([^$]+\\))+$")]
    public required string Container { get; init; }

    /// <summary>What stands before the file's name: <c>images/web/</c>. Unset: nothing.</summary>
    [Bounds(Max = 700)]
    [Pattern("^([A-Za-z0-9!_.*'()/-]|\\$\\([^$]+\\))*$")]
    public string? BlobPrefix { get; init; }

    /// <summary>The URL of the account's blob service, where it is not <c>https://ACCOUNT.blob.core.windows.net</c>: of other clouds, of Azurite.</summary>
    [Bounds(Max = 512)]
    [Pattern("^(https?://|\\$\\().+")]
    public string? Endpoint { get; init; }

    /// <summary>Where tokens are asked for. Unset: <c>https://login.microsoftonline.com</c>.</summary>
    [Bounds(Max = 512)]
    [Pattern("^(https://|\\$\\().+")]
    public string? AuthorityHost { get; init; }

    /// <summary>The client ID of the pod's own identity, where it has more than one. Means nothing with a Secret.</summary>
    [Bounds(Min = 1, Max = 64)]
    [Pattern("^([0-9a-fA-F-]|\\$\\([^$]+\\))+$")]
    public string? ClientId { get; init; }

    /// <summary>
    /// A Secret with one of: <c>connectionString</c>; <c>sasToken</c>; <c>accountKey</c>; <c>tenantId</c>, <c>clientId</c> and <c>clientSecret</c>. It may also
    /// have <c>ca.crt</c>. Unset: the pod's own identity (workload identity, managed identity), as Azure's SDK finds it.
    /// </summary>
    public LocalObjectReference? SecretRef { get; init; }

    /// <summary>The access tier of block blobs. Unset: the account's own.</summary>
    public AzureAccessTier? AccessTier { get; init; }

    /// <summary>The size of the blocks, 1Mi to 4000Mi. Unset: 16Mi, more where a file would have more than 50,000 blocks.</summary>
    public Quantity? BlockSize { get; init; }
}
