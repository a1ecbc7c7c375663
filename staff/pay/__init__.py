"""What people are paid by: agreed by a second person, shared or missing numbers, minimum wages."""
