SHELL := /bin/bash
.DEFAULT_GOAL := help
SOLUTION := ImageOperator.sln

.PHONY: help
help: ## Show this help
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-zA-Z0-9_-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ See it work
.PHONY: demo demo-clean
demo: ## Build an image on a real cluster on this machine, from nothing (needs root; 6-10 min the first time, 1-2 after)
	config/dev/demo.sh
demo-clean: ## Remove what the demo made
	config/dev/demo.sh clean

##@ Develop
.PHONY: build test test-unit contract conformance-azure conformance-gcp generate chart verify format bench bench-transfer bench-expressions bench-packer bench-operator bench-aws
build: ## Compile everything
	dotnet build $(SOLUTION) --nologo -v quiet
test: ## Run all tests, with what they need: cluster, CRD server, guests, container images
	eng/test.sh all
test-unit: ## Run the tests that need no cluster and no virtual machine (about a minute, after the build)
	eng/test.sh unit
contract: ## Kill and disturb builds at each of their calls; PLATFORM=aws, azure, gcp or qemu
	eng/contract.sh "$(or $(PLATFORM),aws)"
conformance-azure: ## The contract against a real subscription of Azure, given by the environment: see docs/platforms/azure.md
	eng/conformance-azure.sh
conformance-gcp: ## The same contract in a project of Google Cloud: PROJECT=… ZONES=… BUCKET=… ACCOUNT=… STRIDE=20; it costs machines and images for some hours
	IMAGEOPERATOR_CONFORMANCE_GCP_PROJECT=$(PROJECT) IMAGEOPERATOR_CONFORMANCE_GCP_ZONES=$(ZONES) IMAGEOPERATOR_CONFORMANCE_GCP_BUCKET=$(BUCKET) IMAGEOPERATOR_CONFORMANCE_GCP_ACCOUNT=$(ACCOUNT) STRIDE=$(or $(STRIDE),20) eng/contract.sh gcp-project
generate: ## Generate the CRDs and the API reference from the types, the schema and reference of the chart from its values
	dotnet run --project eng/ApiGenerator -- --output .
chart: generate ## Check and package the Helm chart into artifacts/
	$$(config/dev/tools/helm.sh)/helm lint --strict charts/image-operator
	$$(config/dev/tools/helm.sh)/helm package charts/image-operator --destination artifacts
format: ## Format the code
	dotnet format $(SOLUTION) --no-restore
verify: ## Fail if anything is not formatted, not generated or not committed
	eng/verify.sh
bench: bench-expressions bench-transfer bench-packer bench-operator bench-aws ## Measure everything: against Packer, and the operator against its API server
bench-expressions: ## Measure the evaluator of expressions (20 seconds, after the build)
	dotnet run --project tests/Benchmarks -c Release -v quiet -- expressions
bench-transfer: ## Measure copies to a guest beside scp, sftp, tar over ssh and Packer (needs root)
	eng/bench-transfer.sh
bench-packer: ## Measure against Packer on this machine, side by side
	eng/bench.sh
bench-operator: ## Measure the operator: writes, latency, memory, failover (needs root the first time)
	eng/bench-operator.sh
bench-aws: ## Measure AMI builds against Packer's, on emulators (about 7 minutes, mostly waiting)
	eng/bench-aws.sh

##@ Development environment
.PHONY: cluster-up cluster-down cluster-status guests images operator-up
cluster-up: ## Start the development cluster (KUBECONFIG, else k3d, else one of our own)
	config/dev/cluster/cluster.sh up
cluster-down: ## Stop the development cluster
	config/dev/cluster/cluster.sh down
cluster-status: ## Show what of the development cluster runs
	config/dev/cluster/cluster.sh status
guests: ## Make the guest images that tests boot
	config/dev/guests/guests.sh tiny tiny-uefi broken-ssh
	config/dev/guests/toolbox.sh
images: ## Make the container images
	config/dev/images/publish.sh
operator-up: ## Install the CRDs and the operator of this working copy into the cluster
	config/dev/operator.sh up
