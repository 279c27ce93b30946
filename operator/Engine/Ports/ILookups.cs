using System.Text.Json;
using ImageOperator.Api.ImageTemplates;
using ImageOperator.Engine.Failures;

namespace ImageOperator.Engine.Ports;

/// <summary>Looks values up outside.</summary>
public interface ILookups
{
    /// <summary>What there is to be found now, before <c>select</c>.</summary>
    /// <param name="lookup">The look-up, its expressions expanded.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="PlatformException">It cannot be had; the message has no secret in it.</exception>
    Task<JsonElement> FindAsync(Lookup lookup, CancellationToken cancellationToken);
}
