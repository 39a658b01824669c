//! What holds for the files.

use platc::backend::emit;
use platc::names;
use platc::plan::Plan;
use platc::tree::{FileTree, Ownership};

use crate::{is, platform, single};

fn files(plan: &Plan) -> FileTree<'static> {
    emit(plan, &["terraform".to_owned()])
}

fn text(tree: &FileTree<'_>, path: &str) -> String {
    tree.get(&format!("infra/terraform/{path}")).unwrap_or_else(|| panic!("{path}")).text().into_owned()
}

/// The value of an attribute as an HCL reader understands it.
fn read(text: &str, block: &str, label: &str, attribute: &str) -> hcl::Expression {
    let body: hcl::Body = hcl::from_str(text).expect("HCL");
    let found = body
        .blocks()
        .find(|found| {
            found.identifier() == block && found.labels().first().map(hcl::BlockLabel::as_str) == Some(label)
        })
        .expect("the block");
    found.body().attributes().find(|found| found.key() == attribute).expect("the attribute").expr().clone()
}

#[test]
fn text_of_the_spec_stays_text() {
    let hostile = "${path.module} %{ if true } \"quoted\" \\ \n # x $${y}";
    let mut plan = platform();
    let environment = &mut plan.environments["production"];
    environment.databases[0].name = is(hostile.to_owned());
    environment.databases[0].purpose = Some(is("first\nmodule \"evil\" {}".to_owned()));
    environment.purpose = Some(is("x\n}\nresource \"a\" \"b\" {}".to_owned()));
    environment.pools[0].labels.insert("a\" = \"${b}".to_owned(), is(hostile.to_owned()));
    let tree = files(&plan);
    let main = text(&tree, "environments/production/main.tf");
    assert_eq!(read(&main, "module", "database_users", "name"), hcl::Expression::from(hostile));
    let body: hcl::Body = hcl::from_str(&main).expect("HCL");
    assert_eq!(body.blocks().filter(|block| block.identifier() != "module").count(), 0);
    assert!(!main.contains("\nmodule \"evil\""));
}

#[test]
fn no_root_reads_the_state_of_another() {
    for plan in [platform(), single()] {
        for (path, file) in files(&plan).iter().filter(|(path, _)| !path.contains("/modules/")) {
            assert!(!file.text().contains("terraform_remote_state"), "{path}");
        }
    }
}

#[test]
fn only_modules_in_use_go_out() {
    let mut plan = platform();
    let shipped = |plan: &Plan, module: &str| {
        files(plan).get(&format!("infra/terraform/modules/linode/{module}/main.tf")).is_some()
    };
    for module in
        ["bucket", "cluster", "database-postgresql", "dns-records", "firewall", "gpu-pool", "node-pool"]
    {
        assert!(shipped(&plan, module), "{module}");
    }
    assert!(!shipped(&plan, "vpc"));
    plan.environments["system"].gpu_pools.clear();
    assert!(!shipped(&plan, "gpu-pool") && shipped(&plan, "node-pool"));
}

#[test]
fn every_generated_root_file_begins_with_the_banner() {
    for (path, file) in files(&platform()).iter() {
        if file.ownership == Ownership::Generated && !path.contains("/modules/") {
            assert!(file.text().starts_with(&format!("# {}\n\n", names::BANNER)), "{path}");
        }
    }
}

#[test]
fn every_root_but_the_bootstrap_keeps_its_state_under_its_own_key() {
    let tree = files(&platform());
    assert!(tree.get("infra/terraform/bootstrap/backend.tf").is_none());
    for path in ["platform", "clusters/main", "environments/production"] {
        let backend = text(&tree, &format!("{path}/backend.tf"));
        assert!(
            backend.contains(&format!("key                         = \"{path}/terraform.tfstate\"")),
            "{backend}"
        );
        assert!(backend.contains("\"https://fr-par-1.linodeobjects.com\""), "{backend}");
    }
}

#[test]
fn modules_are_called_by_the_right_relative_path() {
    let tree = files(&platform());
    assert!(text(&tree, "bootstrap/main.tf").contains("\"../modules/linode/bucket\""));
    assert!(text(&tree, "clusters/main/main.tf").contains("\"../../modules/linode/cluster\""));
}

#[test]
fn every_line_of_a_call_leads_back_to_its_thing() {
    let tree = files(&platform());
    let file = tree.get("infra/terraform/environments/production/main.tf").expect("the root");
    let chunks = file.chunks();
    let chunk = chunks.iter().find(|chunk| chunk.text.contains("\"database_users\"")).expect("the call");
    let plan = platform();
    assert_eq!(chunk.origin, Some(plan.environments["production"].databases[0].at));
}

#[test]
fn the_example_of_variables_sets_what_has_no_default() {
    let tree = files(&platform());
    let example =
        tree.get("infra/terraform/environments/production/terraform.tfvars.example").expect("the example");
    assert_eq!(example.ownership, Ownership::Scaffold);
    let body: hcl::Body = hcl::from_str(&example.text()).expect("HCL");
    let set: Vec<_> = body.attributes().map(hcl::Attribute::key).collect();
    assert_eq!(set, ["cluster_id", "database_allow_list", "domain_id"]);
}

#[test]
fn a_platform_without_clouds_has_no_files() {
    let mut plan = platform();
    plan.environments.clear();
    plan.buckets.clear();
    (plan.state, plan.ingress) = (None, None);
    assert!(files(&plan).is_empty());
}
