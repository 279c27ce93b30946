using System.Text;
using Amazon.EC2;
using Amazon.EC2.Model;
using ImageOperator.Api.Conditions;
using ImageOperator.Engine.Failures;
using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Aws.Calls;
using ImageOperator.Platforms.Aws.Clients;
using ImageOperator.Platforms.Aws.Tags;

namespace ImageOperator.Platforms.Aws.Machines;

/// <summary>Imports a machine's public key. The private one never leaves this process.</summary>
internal sealed class KeyPairMaker(AwsClients clients, AwsCalls calls, Maker maker, BuildTags tags)
{
    /// <returns>The key pair's name, which we choose.</returns>
    public async Task<string> MakeAsync(string ledgerKey, string name, string publicKey, CancellationToken cancellationToken)
    {
        var intent = new ResourceIntent(ledgerKey, ResourceTypes.KeyPair, name, Location: clients.Region);
        await maker.MakeAsync(intent, AwsCall.Ec2("ImportKeyPair", Reasons.MachineFailed), async call =>
        {
            try
            {
                await ImportAsync(call, ledgerKey, name, publicKey, cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformException e) when (AwsErrors.CodeOf(e.InnerException ?? e) == "InvalidKeyPair.Duplicate")
            {
                // Of an earlier try, or of an earlier attempt with another key: the name is this build's.
                await calls.RunAsync(
                    AwsCall.Ec2("DeleteKeyPair", Reasons.MachineFailed), t => clients.Ec2().DeleteKeyPairAsync(new DeleteKeyPairRequest { KeyName = name }, t), cancellationToken).ConfigureAwait(false);
                await ImportAsync(call, ledgerKey, name, publicKey, cancellationToken).ConfigureAwait(false);
            }

            return name;
        }, cancellationToken).ConfigureAwait(false);
        return name;
    }

    private Task<ImportKeyPairResponse> ImportAsync(AwsCall call, string ledgerKey, string name, string publicKey, CancellationToken cancellationToken)
    {
        var request = new ImportKeyPairRequest
        {
            KeyName = name,
            PublicKeyMaterial = Convert.ToBase64String(Encoding.UTF8.GetBytes(publicKey.Trim())),
            TagSpecifications = tags.Specifications(ledgerKey, name, ResourceType.KeyPair),
        };
        return calls.RunAsync(call, t => clients.Ec2().ImportKeyPairAsync(request, t), cancellationToken);
    }
}
