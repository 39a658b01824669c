//! Kubernetes objects from the plan: one model for every way of delivery.
