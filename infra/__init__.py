"""Everything around the portal: CloudFormation for the cloud, a runner for one machine."""
