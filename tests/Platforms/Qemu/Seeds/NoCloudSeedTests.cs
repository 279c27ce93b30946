using ImageOperator.Engine.Ports;
using ImageOperator.Platforms.Qemu.Seeds;

namespace ImageOperator.Platforms.Qemu.Tests.Seeds;

public sealed class NoCloudSeedTests
{
    [Fact]
    public void UserData_HasExactlyTheShapeThatGuestsRead()
    {
        var credentials = new MachineCredentials
        {
            User = "builder",
            PrivateKey = "client secret",
            PublicKey = "ssh-ed25519 AAAAclient client\n",
            HostPrivateKey = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----\n",
            HostPublicKey = "ssh-ed25519 AAAAhost",
        };

        Assert.Equal(
            """
            #cloud-config
            ssh_deletekeys: true
            ssh_genkeytypes: []
            ssh_keys:
              ed25519_private: |
                -----BEGIN OPENSSH PRIVATE KEY-----
                b3Bl
                -----END OPENSSH PRIVATE KEY-----
              ed25519_public: "ssh-ed25519 AAAAhost"
            users:
              - name: builder
                sudo: "ALL=(ALL) NOPASSWD:ALL"
                shell: /bin/sh
                lock_passwd: true
                ssh_authorized_keys:
                  - "ssh-ed25519 AAAAclient client"

            """,
            NoCloudSeed.UserData(credentials));
    }
}
