using System.Xml.Linq;

namespace ImageOperator.Platforms.Aws.Iam;

/// <summary>Identity and Access Management, as far as a build needs it.</summary>
internal interface IIam
{
    /// <summary>Makes one call.</summary>
    /// <param name="action">The action, as IAM names it.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="Amazon.Runtime.AmazonServiceException">IAM has refused it.</exception>
    Task<XElement> CallAsync(string action, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellationToken);
}
