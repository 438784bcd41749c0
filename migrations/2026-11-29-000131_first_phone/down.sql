drop index phones_in_order;
