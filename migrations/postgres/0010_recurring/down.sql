DROP TABLE recurring_templates;
