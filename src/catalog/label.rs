//! What a provider accepts as the name of something.

/// A thing that a provider gives a name to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Named {
    /// A managed Kubernetes cluster.
    Cluster,
    /// A group of nodes of a cluster.
    NodePool,
    /// A managed database.
    Database,
    /// A managed cache.
    Cache,
    /// A file system that pods share.
    FileSystem,
    /// A bucket of object storage.
    Bucket,
    /// A firewall or security group.
    Firewall,
    /// A load balancer.
    LoadBalancer,
    /// A private network.
    Network,
    /// A subnet of a private network.
    Subnet,
    /// A volume of block storage.
    Volume,
    /// What a workload may do, as something that it takes on.
    Role,
}

/// What a provider accepts as the name of something. All lengths are in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelRule {
    /// What is named, in the provider's word.
    pub what: &'static str,
    /// Fewest characters.
    pub min: usize,
    /// Most characters.
    pub max: usize,
    /// Whether capital letters are allowed.
    pub upper: bool,
    /// The characters allowed besides ASCII letters and digits; `None` if every character is.
    pub punctuation: Option<&'static str>,
    /// What the name must begin with.
    pub first: First,
    /// Whether the name must end with a letter or digit.
    pub alphanumeric_end: bool,
    /// Whether two characters of `punctuation` must not follow each other.
    pub single_punctuation: bool,
    /// How a name must not begin.
    pub not_at_start: &'static [&'static str],
    /// How a name must not end.
    pub not_at_end: &'static [&'static str],
}

/// The first character of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum First {
    /// Every allowed character.
    Any,
    /// A letter or digit.
    Alphanumeric,
    /// A letter.
    Letter,
}

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// It has fewer characters than [`LabelRule::min`].
    TooShort,
    /// It has more characters than [`LabelRule::max`].
    TooLong,
    /// It has a character, or two in a row, or one at an end, that the rule excludes.
    Characters,
    /// It begins or ends with a word that the provider keeps for itself.
    Reserved(&'static str),
}

impl LabelRule {
    const fn new(what: &'static str, min: usize, max: usize, punctuation: Option<&'static str>) -> Self {
        Self {
            what,
            min,
            max,
            upper: true,
            punctuation,
            first: First::Any,
            alphanumeric_end: false,
            single_punctuation: false,
            not_at_start: &[],
            not_at_end: &[],
        }
    }

    /// Whether `label` follows the rule.
    #[must_use]
    pub fn accepts(&self, label: &str) -> bool {
        self.flaw(label).is_none()
    }

    /// What is wrong with `label`, if anything is.
    #[must_use]
    pub fn flaw(&self, label: &str) -> Option<Flaw> {
        let length = label.chars().count();
        if length < self.min {
            return Some(Flaw::TooShort);
        }
        if length > self.max {
            return Some(Flaw::TooLong);
        }
        let punctuation = self.punctuation?;
        let plain =
            |c: char| c.is_ascii_digit() || c.is_ascii_lowercase() || (self.upper && c.is_ascii_uppercase());
        let first = match self.first {
            First::Any => true,
            First::Alphanumeric => label.starts_with(plain),
            First::Letter => label.starts_with(|c: char| plain(c) && !c.is_ascii_digit()),
        };
        let last = !self.alphanumeric_end || label.ends_with(plain);
        let twice = || label.chars().zip(label.chars().skip(1)).any(|(a, b)| !plain(a) && !plain(b));
        if !first
            || !last
            || !label.chars().all(|c| plain(c) || punctuation.contains(c))
            || (self.single_punctuation && twice())
        {
            return Some(Flaw::Characters);
        }
        let start = self.not_at_start.iter().find(|word| label.starts_with(**word));
        let end = self.not_at_end.iter().find(|word| label.ends_with(**word));
        start.or(end).map(|word| Flaw::Reserved(word))
    }

    /// What a name is made of, in words.
    #[must_use]
    pub fn characters(&self) -> String {
        let letters = if self.upper { "letters" } else { "lower-case letters" };
        let mut signs: Vec<String> =
            self.punctuation.unwrap_or_default().chars().map(|sign| format!("`{sign}`")).collect();
        let last = signs.pop();
        let mut text = match last {
            None => format!("{letters} and digits"),
            Some(last) if signs.is_empty() => format!("{letters}, digits and {last}"),
            Some(last) => format!("{letters}, digits, {} and {last}", signs.join(", ")),
        };
        let ends = match (self.first, self.alphanumeric_end) {
            (First::Any, false) => None,
            (First::Any, true) => Some("ends with a letter or digit"),
            (First::Alphanumeric, false) => Some("begins with a letter or digit"),
            (First::Alphanumeric, true) => Some("begins and ends with a letter or digit"),
            (First::Letter, false) => Some("begins with a letter"),
            (First::Letter, true) => Some("begins with a letter and ends with a letter or digit"),
        };
        if let Some(ends) = ends {
            text.push_str(", ");
            text.push_str(ends);
        }
        if self.single_punctuation {
            text.push_str(", no two signs in a row");
        }
        text
    }
}

/// The rule of a provider for the name of a thing; `None` where the catalogue knows none, or the provider gives no name.
#[must_use]
pub fn label_rule(provider: &str, named: Named) -> Option<&'static LabelRule> {
    RULES.iter().find(|(of, thing, _)| (*of, *thing) == (provider, named)).map(|(.., rule)| rule)
}

/// Two characters of `punctuation` must not follow each other.
const fn single(rule: LabelRule) -> LabelRule {
    LabelRule { single_punctuation: true, ..rule }
}

/// RDS and `ElastiCache`: lower case, since both store names so and Terraform would see a change at every plan.
const fn identifier(what: &'static str, max: usize) -> LabelRule {
    LabelRule {
        upper: false,
        first: First::Letter,
        alphanumeric_end: true,
        single_punctuation: true,
        ..LabelRule::new(what, 1, max, Some("-"))
    }
}

/// Linode: (verified) linode/manager validation 2025-12. Where no characters are named, the Cloud Manager checks the
/// length only, and the API may be stricter.
///
/// AWS: (verified) API models of EKS, RDS and `ElastiCache`, S3 guide; EFS guide, whose creation token has 64 characters. The shorter of AWS's own length and of what the
/// names made from it leave: EKS takes 100 characters for a cluster, but roles of 64 are called after it; RDS takes 63,
/// but a final snapshot is called after the database.
const RULES: &[(&str, Named, LabelRule)] = &[
    (
        "aws",
        Named::Cluster,
        LabelRule { first: First::Alphanumeric, ..LabelRule::new("cluster", 1, 56, Some("-")) },
    ),
    (
        "aws",
        Named::NodePool,
        LabelRule { first: First::Alphanumeric, ..LabelRule::new("node group", 1, 50, Some("-_")) },
    ),
    ("aws", Named::Role, LabelRule::new("role", 1, 64, Some("-_"))),
    ("aws", Named::Database, identifier("database", 50)),
    ("aws", Named::Cache, identifier("cache", 40)),
    ("aws", Named::FileSystem, LabelRule::new("file system", 1, 64, Some("-_"))),
    (
        "aws",
        Named::Bucket,
        LabelRule {
            upper: false,
            first: First::Alphanumeric,
            alphanumeric_end: true,
            not_at_start: &["xn--", "sthree-", "amzn-s3-demo-"],
            not_at_end: &["-s3alias", "--ol-s3", "--x-s3", "--table-s3"],
            // S3 takes dots, but its certificate covers no name with one: https to the bucket would fail.
            ..LabelRule::new("bucket", 3, 63, Some("-"))
        },
    ),
    (
        "aws",
        Named::Network,
        LabelRule {
            first: First::Alphanumeric,
            alphanumeric_end: true,
            ..LabelRule::new("network", 1, 40, Some("-"))
        },
    ),
    ("linode", Named::Cluster, LabelRule::new("cluster", 3, 32, Some("-"))),
    ("linode", Named::Database, LabelRule::new("database", 3, 32, None)),
    (
        "linode",
        Named::Bucket,
        single(LabelRule {
            upper: false,
            first: First::Alphanumeric,
            alphanumeric_end: true,
            ..LabelRule::new("bucket", 3, 63, Some(".-"))
        }),
    ),
    ("linode", Named::Firewall, LabelRule::new("firewall", 3, 32, None)),
    ("linode", Named::LoadBalancer, LabelRule::new("NodeBalancer", 3, 32, Some(".-_"))),
    ("linode", Named::Network, single(LabelRule::new("VPC", 1, 64, Some("-")))),
    ("linode", Named::Subnet, single(LabelRule::new("subnet", 1, 64, Some("-")))),
    ("linode", Named::Volume, LabelRule::new("volume", 1, 32, None)),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(provider: &str, named: Named) -> &'static LabelRule {
        label_rule(provider, named).unwrap_or_else(|| panic!("{provider} has a rule for {named:?}"))
    }

    #[test]
    fn a_thing_of_a_provider_has_one_rule() {
        for (i, (provider, named, _)) in RULES.iter().enumerate() {
            assert!(!RULES.iter().skip(i + 1).any(|(p, n, _)| (p, n) == (provider, named)), "{named:?}");
        }
        assert_eq!(label_rule("aws", Named::Volume), None);
        assert_eq!(label_rule("nobody", Named::Cluster), None);
    }

    #[test]
    fn a_cluster_of_linode_has_3_to_32_letters_digits_and_dashes() {
        let cluster = rule("linode", Named::Cluster);
        for label in ["abc", "aiaas-prod", "A-1", &"x".repeat(32)] {
            assert!(cluster.accepts(label), "{label:?}");
        }
        for label in ["", "ab", "a_b", "a.b", "a b", "caf\u{e9}", &"x".repeat(33)] {
            assert!(!cluster.accepts(label), "{label:?}");
        }
    }

    #[test]
    fn a_bucket_of_linode_is_lower_case_and_has_no_double_punctuation() {
        let bucket = rule("linode", Named::Bucket);
        for label in ["abc", "aiaas-state", "a.b-c"] {
            assert!(bucket.accepts(label), "{label:?}");
        }
        for label in ["ab", "Abc", "-ab", "ab-", "a--b", "a.-b", "a_b"] {
            assert!(!bucket.accepts(label), "{label:?}");
        }
    }

    #[test]
    fn a_vpc_label_has_no_double_dash() {
        let (vpc, subnet) = (rule("linode", Named::Network), rule("linode", Named::Subnet));
        assert!(vpc.accepts("a") && vpc.accepts("a-b-") && subnet.accepts("nodes"));
        assert!(!vpc.accepts("") && !vpc.accepts("a--b"));
    }

    #[test]
    fn a_label_without_known_characters_is_judged_by_its_length() {
        let database = rule("linode", Named::Database);
        assert!(database.accepts("user db") && !database.accepts("db"));
        let balancer = rule("linode", Named::LoadBalancer);
        assert!(balancer.accepts("a_b.c-d") && !balancer.accepts("a b c"));
    }

    #[test]
    fn a_bucket_of_s3_has_neither_dots_nor_a_reserved_beginning_or_end() {
        let bucket = rule("aws", Named::Bucket);
        for label in ["prog-backups", "0a9", "a--b", &"x".repeat(63)] {
            assert!(bucket.accepts(label), "{label:?}");
        }
        for (label, flaw) in [
            ("ab", Flaw::TooShort),
            (&*"x".repeat(64), Flaw::TooLong),
            ("Prog", Flaw::Characters),
            ("a.b.c", Flaw::Characters),
            ("192.168.0.1", Flaw::Characters),
            ("a_b", Flaw::Characters),
            ("-ab", Flaw::Characters),
            ("ab-", Flaw::Characters),
            ("xn--abc", Flaw::Reserved("xn--")),
            ("a-s3alias", Flaw::Reserved("-s3alias")),
        ] {
            assert_eq!(bucket.flaw(label), Some(flaw), "{label:?}");
        }
    }

    #[test]
    fn a_database_of_rds_begins_with_a_letter_and_has_no_double_dash() {
        let database = rule("aws", Named::Database);
        for label in ["a", "prog-production", &"x".repeat(50)] {
            assert!(database.accepts(label), "{label:?}");
        }
        for label in ["", "1a", "-a", "a-", "a--b", "Prog", "a_b", &"x".repeat(51)] {
            assert!(!database.accepts(label), "{label:?}");
        }
    }

    #[test]
    fn a_cache_of_elasticache_has_40_characters_and_a_cluster_of_eks_begins_with_a_letter_or_digit() {
        let cache = rule("aws", Named::Cache);
        assert!(cache.accepts(&"x".repeat(40)) && !cache.accepts(&"x".repeat(41)));
        let cluster = rule("aws", Named::Cluster);
        assert!(cluster.accepts("1-prog-") && !cluster.accepts("-prog") && !cluster.accepts("prog_1"));
    }

    #[test]
    fn what_a_name_is_made_of_is_said_in_words() {
        for (provider, named, words) in [
            ("linode", Named::Cluster, "letters, digits and `-`"),
            ("linode", Named::LoadBalancer, "letters, digits, `.`, `-` and `_`"),
            (
                "aws",
                Named::Database,
                "lower-case letters, digits and `-`, begins with a letter and ends with a letter or digit, no two signs \
                 in a row",
            ),
        ] {
            assert_eq!(rule(provider, named).characters(), words);
        }
    }

    /// The modules repeat the lengths where Terraform checks them: both must say the same.
    #[test]
    fn the_lengths_of_aws_are_those_of_the_terraform_modules() {
        let modules = [
            (Named::Cluster, include_str!("../../templates/terraform/modules/aws/cluster/variables.tf")),
            (Named::NodePool, include_str!("../../templates/terraform/modules/aws/node-group/variables.tf")),
            (Named::Database, include_str!("../../templates/terraform/modules/aws/database/variables.tf")),
            (Named::Cache, include_str!("../../templates/terraform/modules/aws/cache/variables.tf")),
            (
                Named::FileSystem,
                include_str!("../../templates/terraform/modules/aws/file-storage/variables.tf"),
            ),
            (Named::Bucket, include_str!("../../templates/terraform/modules/aws/bucket/variables.tf")),
            (Named::Network, include_str!("../../templates/terraform/modules/aws/network/variables.tf")),
            (
                Named::Role,
                include_str!("../../templates/terraform/modules/aws/workload-identity/variables.tf"),
            ),
        ];
        for (named, variables) in modules {
            let rule = rule("aws", named);
            let says = format!("The name of a {} has {}-{} ", rule.what, rule.min, rule.max);
            assert!(variables.contains(&says), "{named:?}: {says}");
        }
    }
}
