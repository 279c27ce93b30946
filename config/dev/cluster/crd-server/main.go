// Serves CustomResourceDefinitions as Kubernetes 1.36 does (CEL rules, ratcheting, strict field validation), on its own:
// no core API behind it, every request is an anonymous administrator. For tests on the loopback interface only.
package main

import (
	"os"

	noopoteltrace "go.opentelemetry.io/otel/trace/noop"

	"github.com/spf13/cobra"
	"k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apiextensions-apiserver/pkg/cmd/server/options"
	generatedopenapi "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	"k8s.io/apiserver/pkg/authentication/request/anonymous"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	openapinamer "k8s.io/apiserver/pkg/endpoints/openapi"
	genericapiserver "k8s.io/apiserver/pkg/server"
	"k8s.io/apiserver/pkg/util/openapi"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/component-base/cli"
)

func main() {
	o := options.NewCustomResourceDefinitionsServerOptions(os.Stdout, os.Stderr)
	o.RecommendedOptions.Authentication, o.RecommendedOptions.Authorization = nil, nil
	o.RecommendedOptions.CoreAPI, o.RecommendedOptions.Admission = nil, nil
	o.RecommendedOptions.Features.EnablePriorityAndFairness = false
	cmd := &cobra.Command{Use: "crd-server", RunE: func(*cobra.Command, []string) error {
		if err := o.ServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
			return err
		}
		if err := o.Complete(); err != nil {
			return err
		}
		if err := o.RecommendedOptions.SecureServing.MaybeDefaultWithSelfSignedCerts("localhost", nil, nil); err != nil {
			return err
		}
		g := genericapiserver.NewRecommendedConfig(apiserver.Codecs)
		if err := o.ServerRunOptions.ApplyTo(&g.Config); err != nil {
			return err
		}
		if err := o.RecommendedOptions.ApplyTo(g); err != nil {
			return err
		}
		if err := o.APIEnablement.ApplyTo(&g.Config, apiserver.DefaultAPIResourceConfigSource(), apiserver.Scheme); err != nil {
			return err
		}
		g.Authentication.Authenticator = anonymous.NewAuthenticator(nil)
		g.Authorization.Authorizer = authorizerfactory.NewAlwaysAllowAuthorizer()
		defs := openapi.GetOpenAPIDefinitionsWithoutDisabledFeatures(generatedopenapi.GetOpenAPIDefinitions)
		namer := openapinamer.NewDefinitionNamer(apiserver.Scheme, scheme.Scheme)
		g.OpenAPIConfig = genericapiserver.DefaultOpenAPIConfig(defs, namer)
		g.OpenAPIV3Config = genericapiserver.DefaultOpenAPIV3Config(defs, namer)
		client, err := kubernetes.NewForConfig(g.LoopbackClientConfig)
		if err != nil {
			return err
		}
		g.SharedInformerFactory = informers.NewSharedInformerFactory(client, 0)
		c := (&apiserver.Config{GenericConfig: g, ExtraConfig: apiserver.ExtraConfig{
			CRDRESTOptionsGetter: options.NewCRDRESTOptionsGetter(*o.RecommendedOptions.Etcd, g.ResourceTransformers, g.StorageObjectCountTracker),
			ServiceResolver:      webhook.NewDefaultServiceResolver(),
			AuthResolverWrapper:  webhook.NewDefaultAuthenticationInfoResolverWrapper(nil, nil, g.LoopbackClientConfig, noopoteltrace.NewTracerProvider()),
		}}).Complete()
		c.GenericConfig.EnableDiscovery = true // Complete turns it off: inside kube-apiserver the aggregator serves /apis
		s, err := c.New(genericapiserver.NewEmptyDelegate())
		if err != nil {
			return err
		}
		return s.GenericAPIServer.PrepareRun().RunWithContext(genericapiserver.SetupSignalContext())
	}}
	o.AddFlags(cmd.Flags())
	os.Exit(cli.Run(cmd))
}
